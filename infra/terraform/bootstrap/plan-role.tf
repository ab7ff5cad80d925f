# What a plan may do: read how things are set up, and lock the state. Not what people wrote.
resource "aws_iam_role" "plan" {
  for_each = var.environments

  name                 = "${local.project}-${each.key}-plan"
  assume_role_policy   = data.aws_iam_policy_document.github["${each.key}-plan"].json
  max_session_duration = 3600
}

resource "aws_iam_role_policy_attachment" "plan" {
  for_each = var.environments

  role       = aws_iam_role.plan[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

data "aws_iam_policy_document" "plan" {
  for_each = var.environments

  statement {
    sid       = "LockState"
    actions   = ["s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.state_arn}/${each.key}/terraform.tfstate.tflock"]
  }

  statement {
    sid    = "NotWhatPeopleWrote"
    effect = "Deny"
    actions = [
      "cognito-idp:AdminGetUser", "cognito-idp:ListUsers*", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PartiQL*",
      "dynamodb:Query", "dynamodb:Scan", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetQueryResults", "logs:StartQuery",
      "sqs:ReceiveMessage",
    ]
    resources = ["*"]
  }

  statement {
    sid           = "NoOtherObjects"
    effect        = "Deny"
    actions       = ["s3:GetObject*"]
    not_resources = ["${local.state_arn}/${each.key}/*"]
  }
}

resource "aws_iam_role_policy" "plan" {
  for_each = var.environments

  name   = "plan"
  role   = aws_iam_role.plan[each.key].id
  policy = data.aws_iam_policy_document.plan[each.key].json
}
