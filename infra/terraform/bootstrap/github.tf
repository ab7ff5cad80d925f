# GitHub Actions signs in by OpenID Connect; there are no AWS keys to keep.
# https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  github_arn = aws_iam_openid_connect_provider.github.arn
}

# Only a job of that GitHub environment, with the approvals it asks for, becomes the role of the same name.
data "aws_iam_policy_document" "github" {
  for_each = toset(flatten([for environment in var.environments : [environment, "${environment}-plan"]]))

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.github_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.repository}:environment:${each.key}"]
    }
  }
}
