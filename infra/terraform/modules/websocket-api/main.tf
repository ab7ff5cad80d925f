data "aws_region" "current" {}

resource "aws_apigatewayv2_api" "main" {
  name                       = "${var.prefix}-websocket"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
  # Over IPv6 posts leave a VPC without its NAT gateways, which charge for every byte.
  ip_address_type = "dualstack"
}

resource "aws_apigatewayv2_integration" "main" {
  for_each = toset([for route in var.routes : route.function])

  api_id                    = aws_apigatewayv2_api.main.id
  integration_type          = "AWS_PROXY"
  integration_method        = "POST"
  integration_uri           = var.functions[each.key].invoke_arn
  content_handling_strategy = "CONVERT_TO_TEXT"
  timeout_milliseconds      = 29000
}

resource "aws_apigatewayv2_route" "main" {
  # checkov:skip=CKV_AWS_309: the function of $connect verifies the user's token and refuses the handshake
  for_each = var.routes

  api_id                              = aws_apigatewayv2_api.main.id
  route_key                           = each.key
  authorization_type                  = "NONE"
  target                              = "integrations/${aws_apigatewayv2_integration.main[each.value.function].id}"
  route_response_selection_expression = each.value.route_response ? "$default" : null
}

# Without it the body a function returns is dropped instead of sent to the client.
resource "aws_apigatewayv2_route_response" "main" {
  for_each = { for key, route in var.routes : key => route if route.route_response }

  api_id             = aws_apigatewayv2_api.main.id
  route_id           = aws_apigatewayv2_route.main[each.key].id
  route_response_key = "$default"
}

resource "aws_lambda_permission" "main" {
  for_each = var.routes

  action        = "lambda:InvokeFunction"
  function_name = var.functions[each.value.function].function_name
  qualifier     = var.functions[each.value.function].qualifier
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.main.execution_arn}/${var.stage}/${each.key}"
}

# WebSocket APIs have no automatic deployment: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html
resource "aws_apigatewayv2_deployment" "main" {
  api_id = aws_apigatewayv2_api.main.id

  triggers = {
    routes = sha256(jsonencode([aws_apigatewayv2_integration.main, aws_apigatewayv2_route.main, aws_apigatewayv2_route_response.main]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_338: fourteen days are enough to look into an incident
  name              = "/aws/apigateway/${var.prefix}-websocket"
  retention_in_days = 14
  kms_key_id        = var.kms_key_arn
}

resource "aws_apigatewayv2_stage" "main" {
  # checkov:skip=CKV2_AWS_51: browsers sign in by token and hold no client certificate
  api_id        = aws_apigatewayv2_api.main.id
  name          = var.stage
  deployment_id = aws_apigatewayv2_deployment.main.id

  # Execution logs stay off: they would hold query strings, and with them the tokens of simple clients. So do metrics by route, each of which
  # CloudWatch charges for: five of every route. Those of the whole API are free.
  default_route_settings {
    throttling_rate_limit    = var.throttling.rate
    throttling_burst_limit   = var.throttling.burst
    detailed_metrics_enabled = false
    data_trace_enabled       = false
    logging_level            = "OFF"
  }

  dynamic "route_settings" {
    for_each = var.route_throttling

    content {
      route_key                = route_settings.key
      throttling_rate_limit    = route_settings.value.rate
      throttling_burst_limit   = route_settings.value.burst
      detailed_metrics_enabled = false
      data_trace_enabled       = false
      logging_level            = "OFF"
    }
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      connectionId       = "$context.connectionId"
      error              = "$context.error.message"
      eventType          = "$context.eventType"
      integrationError   = "$context.integrationErrorMessage"
      integrationLatency = "$context.integrationLatency"
      integrationStatus  = "$context.integrationStatus"
      requestId          = "$context.requestId"
      requestTime        = "$context.requestTime"
      routeKey           = "$context.routeKey"
      sourceIp           = "$context.identity.sourceIp"
      status             = "$context.status"
    })
  }
}
