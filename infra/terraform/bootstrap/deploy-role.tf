locals {
  state_arn = aws_s3_bucket.state.arn
}

# What an environment's deployment may change, action by action: what terraform-provider-aws calls for the resources here
# (tests/unit/terraform/rights/provider_calls.yaml), what a release calls, and nothing else. On what bears the environment's
# name, and where AWS knows no names (API Gateway, CloudFront, Cognito, network) on everything of that service.
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
    actions   = ["s3:PutObject", "s3:DeleteObject"]
    resources = ["${local.state_arn}/${each.key}/*"]
  }

  statement {
    sid = "WebBucket"
    actions = [
      "s3:CreateBucket", "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketOwnershipControls",
      "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
      "s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource",
    ]
    resources = ["arn:aws:s3:::${local.project}-${each.key}-web-${local.account}"]
  }

  statement {
    sid       = "WebFiles"
    actions   = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"]
    resources = ["arn:aws:s3:::${local.project}-${each.key}-web-${local.account}/*"]
  }

  statement {
    sid = "Tables"
    actions = [
      "dynamodb:CreateTable", "dynamodb:UpdateTable", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive",
      "dynamodb:UpdateContinuousBackups", "dynamodb:TagResource", "dynamodb:UntagResource",
    ]
    resources = ["arn:aws:dynamodb:${local.region}:${local.account}:table/${local.project}-${each.key}-*"]
  }

  statement {
    sid       = "Queues"
    actions   = ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue"]
    resources = ["arn:aws:sqs:${local.region}:${local.account}:${local.project}-${each.key}-*"]
  }

  statement {
    sid       = "Topics"
    actions   = ["sns:CreateTopic", "sns:SetTopicAttributes", "sns:DeleteTopic", "sns:Subscribe", "sns:TagResource", "sns:UntagResource"]
    resources = ["arn:aws:sns:${local.region}:${local.account}:${local.project}-${each.key}-*"]
  }

  statement {
    sid = "Functions"
    actions = [
      "lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode", "lambda:DeleteFunction",
      "lambda:PublishVersion", "lambda:CreateAlias", "lambda:UpdateAlias", "lambda:DeleteAlias", "lambda:AddPermission",
      "lambda:RemovePermission", "lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency",
      "lambda:PutFunctionRecursionConfig", "lambda:PutFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig",
    ]
    resources = ["arn:aws:lambda:${local.region}:${local.account}:function:${local.project}-${each.key}-*"]
  }

  statement {
    sid = "Schedules"
    actions = [
      "events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource", "events:UntagResource",
    ]
    resources = ["arn:aws:events:${local.region}:${local.account}:rule/${local.project}-${each.key}-*"]
  }

  statement {
    sid = "LogGroups"
    actions = [
      "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:DeleteRetentionPolicy", "logs:AssociateKmsKey",
      "logs:DisassociateKmsKey", "logs:TagResource", "logs:UntagResource",
    ]
    resources = [
      "arn:aws:logs:${local.region}:${local.account}:log-group:/aws/*/${local.project}-${each.key}-*",
      "arn:aws:logs:${local.region}:${local.account}:log-group:/chatctl/${local.project}-${each.key}*",
    ]
  }

  statement {
    sid       = "Alarms"
    actions   = ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
    resources = ["arn:aws:cloudwatch:${local.region}:${local.account}:alarm:${local.project}-${each.key}-*"]
  }

  statement {
    sid       = "Dashboards"
    actions   = ["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"]
    resources = ["arn:aws:cloudwatch::${local.account}:dashboard/${local.project}-${each.key}*"]
  }

  statement {
    sid = "Roles"
    actions = [
      "iam:CreateRole", "iam:DeleteRole", "iam:UpdateRole", "iam:UpdateRoleDescription", "iam:UpdateAssumeRolePolicy",
      "iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:TagRole", "iam:UntagRole",
    ]
    resources = ["arn:aws:iam::${local.account}:role/${local.project}-${each.key}-*"]
  }

  statement {
    sid       = "RolesForFunctionsAlone"
    actions   = ["iam:PassRole"]
    resources = ["arn:aws:iam::${local.account}:role/${local.project}-${each.key}-*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["lambda.amazonaws.com"]
    }
  }

  statement {
    sid = "OperatorPolicies"
    actions = [
      "iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:TagPolicy", "iam:UntagPolicy",
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

  # AWS knows no names for these, or checks them against `*` alone (composite alarms, unsubscribing).
  statement {
    sid = "Unnamed"
    actions = [
      "apigateway:POST", "apigateway:PATCH", "apigateway:DELETE",
      "cloudwatch:PutCompositeAlarm",
      "cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool", "cognito-idp:DeleteUserPool", "cognito-idp:AddCustomAttributes",
      "cognito-idp:SetUserPoolMfaConfig", "cognito-idp:CreateUserPoolClient", "cognito-idp:UpdateUserPoolClient",
      "cognito-idp:DeleteUserPoolClient", "cognito-idp:TagResource", "cognito-idp:UntagResource",
      "kms:CreateKey", "kms:PutKeyPolicy", "kms:UpdateKeyDescription", "kms:EnableKey", "kms:DisableKey", "kms:EnableKeyRotation",
      "kms:DisableKeyRotation", "kms:ScheduleKeyDeletion", "kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias", "kms:TagResource",
      "kms:UntagResource",
      "lambda:CreateEventSourceMapping", "lambda:UpdateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:TagResource",
      "lambda:UntagResource",
      "logs:PutQueryDefinition", "logs:DeleteQueryDefinition", "logs:CreateLogDelivery", "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery", "logs:PutResourcePolicy",
      "sns:SetSubscriptionAttributes", "sns:Unsubscribe",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  statement {
    sid = "Network"
    actions = [
      "ec2:AllocateAddress", "ec2:AssociateRouteTable", "ec2:AssociateSubnetCidrBlock", "ec2:AssociateVpcCidrBlock",
      "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateInternetGateway",
      "ec2:CreateNatGateway", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags",
      "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:DeleteEgressOnlyInternetGateway", "ec2:DeleteInternetGateway",
      "ec2:DeleteNatGateway", "ec2:DeleteNetworkInterface", "ec2:DeleteRoute", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup",
      "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints", "ec2:DetachInternetGateway",
      "ec2:DetachNetworkInterface", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable", "ec2:DisassociateSubnetCidrBlock",
      "ec2:DisassociateVpcCidrBlock", "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute",
      "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress", "ec2:ReplaceRoute", "ec2:ReplaceRouteTableAssociation",
      "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [local.region]
    }
  }

  # Global services. An interface endpoint with private DNS brings a private zone of AWS's along.
  statement {
    sid = "Global"
    actions = [
      "cloudfront:CreateDistribution", "cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution", "cloudfront:CreateFunction",
      "cloudfront:UpdateFunction", "cloudfront:PublishFunction", "cloudfront:DeleteFunction", "cloudfront:CreateInvalidation",
      "cloudfront:CreateOriginAccessControl", "cloudfront:UpdateOriginAccessControl", "cloudfront:DeleteOriginAccessControl",
      "cloudfront:CreateResponseHeadersPolicy", "cloudfront:UpdateResponseHeadersPolicy", "cloudfront:DeleteResponseHeadersPolicy",
      "cloudfront:TagResource", "cloudfront:UntagResource",
      "route53:ChangeResourceRecordSets", "route53:AssociateVPCWithHostedZone", "route53:DisassociateVPCFromHostedZone",
    ]
    resources = ["*"]
  }

  # The smoke test signs in as a user who exists for its length.
  statement {
    sid = "PassingUser"
    actions = [
      "cognito-idp:AdminCreateUser", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminInitiateAuth", "cognito-idp:AdminDeleteUser",
    ]
    resources = ["arn:aws:cognito-idp:${local.region}:${local.account}:userpool/*"]
  }

  # … and finds out what API Gateway does with a frame over 32 KB to that user.
  statement {
    sid       = "ItsConnection"
    actions   = ["dynamodb:Query"]
    resources = ["arn:aws:dynamodb:${local.region}:${local.account}:table/${local.project}-${each.key}-connections/index/userId-index"]
  }

  statement {
    sid       = "FramesToIt"
    actions   = ["execute-api:ManageConnections"]
    resources = ["arn:aws:execute-api:${local.region}:${local.account}:*/${each.key}/POST/@connections/*"]
  }

  statement {
    sid       = "ServiceLinkedRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:aws:iam::${local.account}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["ops.apigateway.amazonaws.com", "logger.cloudfront.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  for_each = var.environments

  name               = "${local.project}-${each.key}-deploy"
  assume_role_policy = data.aws_iam_policy_document.github[each.key].json
  # Deleting an environment waits up to 45 minutes for each network interface that Lambda leaves behind.
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "deploy" {
  for_each = var.environments

  name   = "deploy"
  role   = aws_iam_role.deploy[each.key].id
  policy = data.aws_iam_policy_document.deploy[each.key].json
}
