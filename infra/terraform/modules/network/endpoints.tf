# Free, and it keeps DynamoDB's traffic off the NAT gateways.
data "aws_iam_policy_document" "dynamodb_endpoint" {
  # checkov:skip=CKV_AWS_108: who may do what is said by the functions' roles; this bounds the tables
  # checkov:skip=CKV_AWS_111: as above
  # checkov:skip=CKV_AWS_356: the resources are the tables and their indexes
  # checkov:skip=CKV_AWS_283: all principals of this account only
  statement {
    actions   = ["dynamodb:*"]
    resources = flatten([for arn in var.table_arns : [arn, "${arn}/index/*"]])

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]
  policy            = data.aws_iam_policy_document.dynamodb_endpoint.json
  tags              = { Name = "${var.prefix}-dynamodb" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.endpoints.id]
  tags                = { Name = "${var.prefix}-${each.key}" }
}
