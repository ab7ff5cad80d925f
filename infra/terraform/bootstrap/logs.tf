# One setting for all WebSocket APIs of the account and region: without it no stage may write access logs.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
data "aws_iam_policy_document" "api_gateway" {
  # No aws:SourceAccount: AWS documents none for this role, and one that API Gateway does not send would switch all access logs off.
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "api_gateway" {
  name               = "${local.project}-api-gateway-logs-${local.region}"
  assume_role_policy = data.aws_iam_policy_document.api_gateway.json
}

resource "aws_iam_role_policy_attachment" "api_gateway" {
  role       = aws_iam_role.api_gateway.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "main" {
  cloudwatch_role_arn = aws_iam_role.api_gateway.arn

  depends_on = [aws_iam_role_policy_attachment.api_gateway]
}
