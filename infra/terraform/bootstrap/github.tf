# GitHub Actions signs in by OpenID Connect; there are no AWS keys to keep.
# https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
locals {
  github_issuer = "token.actions.githubusercontent.com"
  github_arn    = one(concat(aws_iam_openid_connect_provider.github[*].arn, data.aws_iam_openid_connect_provider.github[*].arn))

  # GitHub names a job by its repository's names, and by the ids as well in repositories made, renamed or moved after
  # 15 July 2026: https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens
  subjects = distinct(["repo:${replace(var.repository, "/@[0-9]+/", "")}", "repo:${var.repository}"])
}

# An account has one provider an issuer; somebody else's is used as it is (infra/release/bootstrap.sh finds out).
resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_provider_exists ? 0 : 1

  url            = "https://${local.github_issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_openid_connect_provider" "github" {
  count = var.github_provider_exists ? 1 : 0

  url = "https://${local.github_issuer}"
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
      variable = "${local.github_issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.github_issuer}:sub"
      values   = [for subject in local.subjects : "${subject}:environment:${each.key}"]
    }
  }
}
