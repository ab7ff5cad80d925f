# What a plan and a deployment may look at: how things are set up, not what people wrote. A plan may also lock the state.
locals {
  readers = merge(
    { for environment, role in aws_iam_role.plan : "${environment}-plan" => { role = role.name, environment = environment } },
    { for environment, role in aws_iam_role.deploy : environment => { role = role.name, environment = environment } },
  )
}

resource "aws_iam_role" "plan" {
  for_each = var.environments

  name                 = "${local.project}-${each.key}-plan"
  assume_role_policy   = data.aws_iam_policy_document.github["${each.key}-plan"].json
  max_session_duration = 3600
}

# Reads differ from one version of Terraform's provider to the next: all of them, but those denied below.
resource "aws_iam_role_policy_attachment" "readers" {
  for_each = local.readers

  role       = each.value.role
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

data "aws_iam_policy_document" "readers" {
  for_each = var.environments

  statement {
    sid    = "NotWhatPeopleWrote"
    effect = "Deny"
    actions = [
      "cognito-idp:AdminGetUser", "cognito-idp:ListUsers*", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PartiQL*",
      "dynamodb:Scan", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery",
      "sqs:ReceiveMessage",
    ]
    resources = ["*"]
  }

  # Who is connected is no message, and the smoke test looks up its own connection.
  statement {
    sid           = "NoOtherQueries"
    effect        = "Deny"
    actions       = ["dynamodb:Query"]
    not_resources = ["arn:aws:dynamodb:${local.region}:${local.account}:table/${local.project}-${each.key}-connections/index/userId-index"]
  }

  statement {
    sid           = "NoOtherObjects"
    effect        = "Deny"
    actions       = ["s3:GetObject*"]
    not_resources = ["${local.state_arn}/${each.key}/*"]
  }
}

resource "aws_iam_role_policy" "readers" {
  for_each = local.readers

  name   = "readers"
  role   = each.value.role
  policy = data.aws_iam_policy_document.readers[each.value.environment].json
}

data "aws_iam_policy_document" "plan" {
  for_each = var.environments

  statement {
    sid       = "LockState"
    actions   = ["s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.state_arn}/${each.key}/terraform.tfstate.tflock"]
  }
}

resource "aws_iam_role_policy" "plan" {
  for_each = var.environments

  name   = "plan"
  role   = aws_iam_role.plan[each.key].id
  policy = data.aws_iam_policy_document.plan[each.key].json
}
