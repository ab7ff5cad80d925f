data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  declared = yamldecode(file("${path.module}/../topology/topology.yaml"))

  # Alarms on what is called by schedules, only where anything is.
  topology = merge(local.declared, {
    alarms = { for name, alarm in local.declared.alarms : name => alarm if var.canary || !can(alarm.scheduled) }
  })

  # What no function consumes is kept for people to look at: dead letters.
  consumed_queues = flatten([
    for function in local.topology.functions : [for source in try(function.consumes, []) : source.queue if can(source.queue)]
  ])

  prefix  = "${local.topology.project}-${var.environment}"
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region

  # An alarm of prod must not count what dev does.
  metrics_namespace = "${local.topology.metrics_namespace}/${var.environment}"

  # What a reference of the topology's `environment` stands for, by kind and name.
  references = {
    table     = module.data.table_names
    topic     = { (local.topology.topic) = module.messaging.topic_arn }
    queue     = { for name, urls in module.messaging.queue_urls : name => join(",", urls) }
    websocket = { callback_url = module.websocket_api.callback_url, url = module.websocket_api.url }
    identity = {
      user_pool_id = module.identity.user_pool_id
      client_id    = module.identity.client_id
      issuer       = module.identity.issuer
    }
    deployment = {
      auth_mode       = "cognito"
      allowed_origins = module.web.origin
      log_level       = var.log_level

      metrics_namespace = local.metrics_namespace
    }
    topology = { shards = tostring(local.topology.shards) }
  }

  environment = {
    for variable, reference in local.topology.environment :
    variable => one([for kind, name in reference : contains(["value", "user_limit"], kind) ? name : local.references[kind][name]])
  }
}

module "network" {
  source = "./modules/network"
  count  = var.functions_in_vpc ? 1 : 0

  prefix               = local.prefix
  cidr                 = var.vpc_cidr
  nat_gateway_per_zone = var.nat_gateway_per_zone
  interface_endpoints  = var.interface_endpoints
  table_arns           = values(module.data.table_arns)
}

module "data" {
  source = "./modules/data"

  prefix              = local.prefix
  tables              = local.topology.tables
  kms_key_arn         = aws_kms_key.main.arn
  deletion_protection = var.deletion_protection
}

module "messaging" {
  source = "./modules/messaging"

  prefix      = local.prefix
  topic       = local.topology.topic
  queues      = local.topology.queues
  shards      = local.topology.shards
  kms_key_arn = aws_kms_key.main.arn
}

module "identity" {
  source = "./modules/identity"

  prefix              = local.prefix
  tier                = var.user_pool_tier
  threat_protection   = var.threat_protection
  deletion_protection = var.deletion_protection
}

module "functions" {
  source = "./modules/functions"

  prefix               = local.prefix
  functions            = local.topology.functions
  environment          = local.environment
  table_arns           = module.data.table_arns
  stream_arns          = module.data.stream_arns
  topic_arns           = { (local.topology.topic) = module.messaging.topic_arn }
  queue_arns           = module.messaging.queue_arns
  stage_arn            = module.websocket_api.stage_arn
  user_pool_arn        = module.identity.user_pool_arn
  schedules            = var.canary
  log_level            = var.log_level
  system_log_level     = var.system_log_level
  kms_key_arn          = aws_kms_key.main.arn
  reserved_concurrency = var.reserved_concurrency
  vpc                  = one(module.network)
}

module "websocket_api" {
  source = "./modules/websocket-api"

  prefix           = local.prefix
  stage            = var.environment
  routes           = local.topology.routes
  functions        = module.functions.aliases
  throttling       = var.throttling
  route_throttling = var.route_throttling
  domain           = var.websocket_domain
  kms_key_arn      = aws_kms_key.main.arn
}

module "web" {
  source = "./modules/web"

  prefix          = local.prefix
  domain          = var.web_domain
  connect_origins = [module.websocket_api.origin, module.identity.endpoint]
}

module "observability" {
  source = "./modules/observability"

  prefix      = local.prefix
  topology    = local.topology
  namespace   = local.metrics_namespace
  queue_names = module.messaging.queue_names
  api_id      = module.websocket_api.api_id
  log_groups  = module.functions.log_groups
  emails      = var.alarm_emails
  kms_key_arn = aws_kms_key.main.arn

  account_concurrency = coalesce(var.account_concurrency, local.topology.account_concurrency)
}

module "operators" {
  source = "./modules/operators"

  prefix                = local.prefix
  audit_retention_days  = local.topology.audit_retention_days
  kms_key_arn           = aws_kms_key.main.arn
  dead_letter_queues    = setsubtract(keys(local.topology.queues), local.consumed_queues)
  queue_arns            = module.messaging.queue_arns
  messages_table_arn    = module.data.table_arns["messages"]
  connections_table_arn = module.data.table_arns["connections"]
  rooms_table_arn       = module.data.table_arns["rooms"]
  users_table_arn       = module.data.table_arns["users"]
  user_pool_arn         = module.identity.user_pool_arn
  stage_arn             = module.websocket_api.stage_arn
  function_names        = [for alias in module.functions.aliases : alias.function_name]
  log_groups            = module.functions.log_groups
}
