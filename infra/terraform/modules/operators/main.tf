# What people who operate an environment by `chatctl` may do, and where it is written down that they did.
data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  region  = data.aws_region.current.region
  account = data.aws_caller_identity.current.account_id

  audit_log_group = "/chatctl/${var.prefix}"

  dead_letters = flatten([for queue in var.dead_letter_queues : var.queue_arns[queue]])
}

resource "aws_cloudwatch_log_group" "audit" {
  name              = local.audit_log_group
  retention_in_days = var.audit_retention_days
  kms_key_id        = var.kms_key_arn
}

# `status`, `abuse`, `doctor`, `watch`, `dashboard`, `trace`, `tail`, `cost`, `rooms`, `connections list`: nothing is changed, no message is read.
data "aws_iam_policy_document" "observe" {
  statement {
    sid       = "Metrics" # CloudWatch knows no narrower resource for them
    actions   = ["cloudwatch:GetMetricData"]
    resources = ["*"]
  }

  statement {
    sid       = "Alarms" # composite ones are told to who may see all of them
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["*"]
  }

  statement {
    sid       = "Queues"
    actions   = ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"]
    resources = flatten(values(var.queue_arns))
  }

  statement {
    sid     = "Logs"
    actions = ["logs:FilterLogEvents"]
    resources = [
      for group in concat(values(var.log_groups), [local.audit_log_group]) :
      "arn:aws:logs:${local.region}:${local.account}:log-group:${group}:*"
    ]
  }

  statement {
    sid       = "CallbackUrl"
    actions   = ["lambda:GetFunctionConfiguration"]
    resources = ["arn:aws:lambda:${local.region}:${local.account}:function:${var.prefix}-fanout"]
  }

  statement {
    sid       = "Versions"
    actions   = ["lambda:GetAlias"]
    resources = [for name in var.function_names : "arn:aws:lambda:${local.region}:${local.account}:function:${name}"]
  }

  statement {
    sid       = "WhoHearsAlarms"
    actions   = ["sns:ListSubscriptionsByTopic"]
    resources = [for topic in ["page", "tell"] : "arn:aws:sns:${local.region}:${local.account}:${var.prefix}-${topic}"]
  }

  statement {
    sid       = "Limits" # of the account
    actions   = ["lambda:GetAccountSettings"]
    resources = ["*"]
  }

  statement {
    sid       = "NewConnectionsQuota"
    actions   = ["servicequotas:GetServiceQuota"]
    resources = ["arn:aws:servicequotas:${local.region}:${local.account}:apigateway/L-9ED1E49A"]
  }

  statement {
    sid       = "Domains"
    actions   = ["apigateway:GET"]
    resources = ["arn:aws:apigateway:${local.region}::/domainnames*"]
  }

  statement {
    sid       = "Certificates"
    actions   = ["acm:DescribeCertificate"]
    resources = [for region in [local.region, "us-east-1"] : "arn:aws:acm:${region}:${local.account}:certificate/*"]
  }

  statement {
    sid       = "Distributions" # to find the page's certificate
    actions   = ["cloudfront:ListDistributions"]
    resources = ["*"]
  }

  statement {
    sid       = "Reports" # and the names of public rooms, which everybody sees
    actions   = ["dynamodb:Query"]
    resources = ["${var.rooms_table_arn}/index/directory-index"]
  }

  statement {
    sid       = "WhoIsConnected"
    actions   = ["dynamodb:Scan", "dynamodb:DescribeTable"]
    resources = [var.connections_table_arn]
  }
}

# `dlq`, `connections close` and `users ban`, `unban`, `sign-out`, `delete`, on top of what observers may do. Reading a dead letter is reading its message.
data "aws_iam_policy_document" "operate" {
  statement {
    sid       = "DeadLetters"
    actions   = ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"]
    resources = local.dead_letters
  }

  statement {
    sid       = "Redrive"
    actions   = ["sqs:SendMessage"]
    resources = var.queue_arns["shard"]
  }

  # Whether what a dead letter brings was deleted since: not one text can be read by it.
  # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  statement {
    sid       = "Deleted"
    actions   = ["dynamodb:BatchGetItem"]
    resources = [var.messages_table_arn]

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "dynamodb:Attributes"
      values   = ["roomId", "sortKey", "deletedAt"]
    }
    condition {
      test     = "StringEquals"
      variable = "dynamodb:Select"
      values   = ["SPECIFIC_ATTRIBUTES"]
    }
  }

  statement {
    sid       = "CloseConnections"
    actions   = ["execute-api:ManageConnections"]
    resources = ["${var.stage_arn}/DELETE/@connections/*"]
  }

  statement {
    sid       = "Users" # GetItem: whose a handle is. PutItem: the list of deleted accounts
    actions   = ["dynamodb:UpdateItem", "dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [var.users_table_arn]
  }

  statement {
    sid       = "ConnectionsOfUser"
    actions   = ["dynamodb:Query"]
    resources = ["${var.connections_table_arn}/index/userId-index"]
  }

  statement {
    sid       = "UserPool" # Cognito knows no narrower resource for finding it
    actions   = ["cognito-idp:ListUserPools"]
    resources = ["*"]
  }

  statement {
    sid = "SignOut" # neither passwords nor attributes: who may set them may sign in as anybody
    actions = [
      "cognito-idp:ListUserPoolClients",
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminUserGlobalSignOut",
      "cognito-idp:AdminDisableUser",
      "cognito-idp:AdminEnableUser",
      "cognito-idp:AdminDeleteUser",
    ]
    resources = [var.user_pool_arn]
  }

  statement {
    sid       = "Audit" # lines can be added, none taken away
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${local.region}:${local.account}:log-group:${local.audit_log_group}:*"]
  }
}

resource "aws_iam_policy" "observe" {
  name   = "${var.prefix}-observe"
  policy = data.aws_iam_policy_document.observe.json
}

resource "aws_iam_policy" "operate" {
  name   = "${var.prefix}-operate"
  policy = data.aws_iam_policy_document.operate.json
}
