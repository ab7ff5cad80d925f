resource "aws_apigatewayv2_domain_name" "main" {
  for_each = var.domain == null ? {} : { main = var.domain }

  domain_name = each.value.name

  domain_name_configuration {
    certificate_arn = each.value.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
    ip_address_type = "dualstack"
  }
}

resource "aws_apigatewayv2_api_mapping" "main" {
  for_each = aws_apigatewayv2_domain_name.main

  api_id      = aws_apigatewayv2_api.main.id
  domain_name = each.value.id
  stage       = aws_apigatewayv2_stage.main.id
}

resource "aws_route53_record" "main" {
  for_each = var.domain == null ? toset([]) : toset(["A", "AAAA"])

  zone_id = var.domain.zone_id
  name    = var.domain.name
  type    = each.key

  alias {
    name                   = aws_apigatewayv2_domain_name.main["main"].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.main["main"].domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}
