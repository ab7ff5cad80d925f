output "user_pool_id" {
  description = "Id of the user pool."
  value       = aws_cognito_user_pool.main.id
}

output "user_pool_arn" {
  description = "ARN of the user pool."
  value       = aws_cognito_user_pool.main.arn
}

output "client_id" {
  description = "Id of the front end's app client."
  value       = aws_cognito_user_pool_client.web.id
}

output "issuer" {
  description = "`iss` of the tokens."
  value       = "${local.endpoint}/${aws_cognito_user_pool.main.id}"
}

output "endpoint" {
  description = "Origin the browser signs in at."
  value       = local.endpoint
}

locals {
  endpoint = "https://cognito-idp.${data.aws_region.current.region}.amazonaws.com"
}
