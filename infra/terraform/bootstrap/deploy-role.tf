locals {
  state_arn = aws_s3_bucket.state.arn
}

# What an environment's deployment may do: everything to what bears its name, and where AWS knows no names
# (API Gateway, CloudFront, Cognito, network) everything of that service.
# It makes roles, so it can give itself more: whoever may deploy owns the account. Hence one account an environment.
data "aws_iam_policy_document" "deploy" {
  # checkov:skip=CKV_AWS_108: it deploys all of an environment, see above
  # checkov:skip=CKV_AWS_109: as above
  # checkov:skip=CKV_AWS_110: as above
  # checkov:skip=CKV_AWS_111: as above
  # checkov:skip=CKV_AWS_356: as above
  # checkov:skip=CKV2_AWS_40: IAM is bound to the environment's own roles
  for_each = var.environments

  statement {
    sid       = "State"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.state_arn}/${each.key}/*"]
  }

  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local.state_arn]
  }

  statement {
    sid     = "ByName"
    actions = ["s3:*", "dynamodb:*", "sqs:*", "sns:*", "lambda:*", "logs:*", "cloudwatch:*"]
    resources = [
      "arn:aws:s3:::${local.project}-${each.key}-web-${local.account}",
      "arn:aws:s3:::${local.project}-${each.key}-web-${local.account}/*",
      "arn:aws:dynamodb:${local.region}:${local.account}:table/${local.project}-${each.key}-*",
      "arn:aws:sqs:${local.region}:${local.account}:${local.project}-${each.key}-*",
      "arn:aws:sns:${local.region}:${local.account}:${local.project}-${each.key}-*",
      "arn:aws:lambda:${local.region}:${local.account}:function:${local.project}-${each.key}-*",
      "arn:aws:logs:${local.region}:${local.account}:log-group:/aws/*/${local.project}-${each.key}-*",
      "arn:aws:logs:${local.region}:${local.account}:log-group:/chatctl/${local.project}-${each.key}",
      "arn:aws:logs:${local.region}:${local.account}:log-group:/chatctl/${local.project}-${each.key}:*",
      "arn:aws:cloudwatch:${local.region}:${local.account}:alarm:${local.project}-${each.key}-*",
      "arn:aws:cloudwatch::${local.account}:dashboard/${local.project}-${each.key}*",
    ]
  }

  statement {
    sid       = "Roles"
    actions   = ["iam:*Role", "iam:*RolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRoleTags"]
    resources = ["arn:aws:iam::${local.account}:role/${local.project}-${each.key}-*"]
  }

  statement {
    sid = "OperatorPolicies"
    actions = [
      "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:GetPolicy",
      "iam:GetPolicyVersion", "iam:ListPolicyVersions", "iam:TagPolicy", "iam:UntagPolicy",
    ]
    resources = ["arn:aws:iam::${local.account}:policy/${local.project}-${each.key}-*"]
  }

  statement {
    sid     = "NotTheRolesOfGitHub"
    effect  = "Deny"
    actions = ["iam:*"]
    resources = [
      "arn:aws:iam::${local.account}:role/${local.project}-*-deploy",
      "arn:aws:iam::${local.account}:role/${local.project}-*-plan",
    ]
  }

  statement {
    sid       = "EventSourceMappings"
    actions   = ["lambda:*EventSourceMapping*", "lambda:ListTags", "lambda:TagResource", "lambda:UntagResource"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  statement {
    sid = "Unnamed"
    actions = [
      "apigateway:*", "cognito-idp:*", "kms:*", "ec2:*Vpc*", "ec2:*Subnet*", "ec2:*Route*", "ec2:*Gateway*",
      "ec2:*Address*", "ec2:*SecurityGroup*", "ec2:*Tags", "ec2:Describe*", "logs:Describe*", "logs:ListTagsForResource",
      "logs:*QueryDefinition*", "logs:*LogDelivery*", "logs:*ResourcePolic*", "cloudwatch:DescribeAlarms",
      "sqs:ListQueues", "sns:*Subscription*", "sns:ListTopics",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  # Global services.
  statement {
    sid       = "Web"
    actions   = ["cloudfront:*", "route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:GetHostedZone", "route53:GetChange", "acm:DescribeCertificate"]
    resources = ["*"]
  }

  statement {
    sid       = "ServiceLinkedRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:aws:iam::${local.account}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["ops.apigateway.amazonaws.com", "vpce.amazonaws.com", "logger.cloudfront.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  for_each = var.environments

  name                 = "${local.project}-${each.key}-deploy"
  assume_role_policy   = data.aws_iam_policy_document.github[each.key].json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "deploy" {
  for_each = var.environments

  name   = "deploy"
  role   = aws_iam_role.deploy[each.key].id
  policy = data.aws_iam_policy_document.deploy[each.key].json
}
