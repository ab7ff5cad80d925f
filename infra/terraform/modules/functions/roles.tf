data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  region  = data.aws_region.current.region
  account = data.aws_caller_identity.current.account_id

  # The network of each function, none or one: who plays a user comes from outside, as users do.
  networks = { for name, function in var.functions : name => try(function.optional, false) ? [] : var.vpc[*] }
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "main" {
  for_each = var.functions

  name               = "${var.prefix}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

# What the code may do: the topology's grants, nothing else.
data "aws_iam_policy_document" "grants" {
  for_each = { for name, function in var.functions : name => function if length(function.grants) > 0 }

  dynamic "statement" {
    for_each = each.value.grants

    content {
      actions = statement.value.actions
      resources = concat(
        can(statement.value.index) ? ["${var.table_arns[statement.value.table]}/index/${statement.value.index}"]
        : can(statement.value.stream) ? ["${var.table_arns[statement.value.table]}/stream/*"]
        : can(statement.value.table) ? [var.table_arns[statement.value.table]] : [],
        can(statement.value.topic) ? [var.topic_arns[statement.value.topic]] : [],
        can(statement.value.queue) ? var.queue_arns[statement.value.queue] : [],
        can(statement.value.websocket) ? [for method in statement.value.methods : "${var.stage_arn}/${method}/@connections/*"] : [],
        can(statement.value.identity) ? [var.user_pool_arn] : [],
      )
    }
  }
}

resource "aws_iam_role_policy" "grants" {
  for_each = data.aws_iam_policy_document.grants

  name   = "grants"
  role   = aws_iam_role.main[each.key].id
  policy = each.value.json
}

# What Lambda itself does in the function's name: logs, traces, and network interfaces in a VPC.
data "aws_iam_policy_document" "platform" {
  # checkov:skip=CKV_AWS_111: X-Ray and Lambda's network interfaces know no narrower resource
  # checkov:skip=CKV_AWS_356: as above
  for_each = var.functions

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${local.region}:${local.account}:log-group:/aws/lambda/${var.prefix}-${each.key}:*"]
  }

  statement {
    sid       = "Traces"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  dynamic "statement" {
    for_each = local.networks[each.key]

    content {
      sid       = "NetworkInterfaces"
      actions   = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"]
      resources = ["arn:aws:ec2:${local.region}:${local.account}:*/*"]
    }
  }

  dynamic "statement" {
    for_each = local.networks[each.key]

    content {
      sid       = "FindNetworkInterfaces"
      actions   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
      resources = ["*"]
    }
  }

  # Lambda may make interfaces, the code may not: same page, "Restricting permissions".
  dynamic "statement" {
    for_each = local.networks[each.key]

    content {
      sid    = "NotByTheCode"
      effect = "Deny"
      actions = [
        "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"]

      condition {
        test     = "ArnEquals"
        variable = "lambda:SourceFunctionArn"
        values   = ["arn:aws:lambda:${local.region}:${local.account}:function:${var.prefix}-${each.key}"]
      }
    }
  }
}

resource "aws_iam_role_policy" "platform" {
  for_each = var.functions

  name   = "platform"
  role   = aws_iam_role.main[each.key].id
  policy = data.aws_iam_policy_document.platform[each.key].json
}
