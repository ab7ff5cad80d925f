output "state_bucket" {
  description = "Where the environments keep their state."
  value       = aws_s3_bucket.state.bucket
}

output "role_arns" {
  description = "Role each GitHub environment assumes: the value of its variable AWS_ROLE_ARN."
  value = merge(
    { for environment, role in aws_iam_role.deploy : environment => role.arn },
    { for environment, role in aws_iam_role.plan : "${environment}-plan" => role.arn },
  )
}
