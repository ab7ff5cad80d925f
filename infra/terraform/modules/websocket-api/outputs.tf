locals {
  aws_host = "${aws_apigatewayv2_api.main.id}.execute-api.${data.aws_region.current.region}.amazonaws.com"
}

output "api_id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.main.id
}

output "origin" {
  description = "Origin of the API as a browser names it."
  value       = "wss://${var.domain == null ? local.aws_host : var.domain.name}"
}

# Made of the id alone, as the next one, so that the functions behind the routes can be told them.
output "url" {
  description = "Address clients open."
  value       = var.domain == null ? "wss://${local.aws_host}/${var.stage}" : "wss://${var.domain.name}"
}

output "callback_url" {
  description = "Address of `@connections`, with the stage."
  value       = "https://${local.aws_host}/${var.stage}"
}

output "stage_arn" {
  description = "`execute-api` ARN of the stage."
  value       = "${aws_apigatewayv2_api.main.execution_arn}/${var.stage}"
}
