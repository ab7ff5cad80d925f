# What the build of the front end takes from the environment.
output "frontend" {
  description = "The front end's build variables."
  value = {
    VITE_WEBSOCKET_URL        = module.websocket_api.url
    VITE_COGNITO_USER_POOL_ID = module.identity.user_pool_id
    VITE_COGNITO_CLIENT_ID    = module.identity.client_id
    VITE_AWS_REGION           = local.region
  }
}

output "web" {
  description = "Where the front end's build goes, and where people find it."
  value = {
    bucket          = module.web.bucket
    distribution_id = module.web.distribution_id
    url             = module.web.origin
  }
}

# The same facts, under the same names, as `.local/stack.json` of a local stack.
output "stack" {
  description = "Where everything is, for chatctl and scripts."
  value = {
    environment                    = var.environment
    region                         = local.region
    websocketUrl                   = module.websocket_api.url
    callbackUrl                    = module.websocket_api.callback_url
    frontendUrl                    = module.web.origin
    allowedOrigins                 = local.references.deployment.allowed_origins
    authMode                       = local.references.deployment.auth_mode
    cognito                        = { endpoint = module.identity.endpoint, userPoolId = module.identity.user_pool_id, clientId = module.identity.client_id }
    tables                         = module.data.table_names
    topicArn                       = module.messaging.topic_arn
    shardQueueUrls                 = module.messaging.queue_urls["shard"]
    deadLetterQueueUrl             = one(module.messaging.queue_urls["dead-letters"])
    subscriptionDeadLetterQueueUrl = one(module.messaging.queue_urls["subscription-dead-letters"])
    functions                      = { for name, alias in module.functions.aliases : name => alias.function_name }
  }
}

output "operator_policies" {
  description = "IAM policies for the people who operate the environment: `observe` to look, `operate` to change as well."
  value       = module.operators.policy_arns
}
