output "policy_arns" {
  description = "Policies for operators: `observe` to look, `operate` to change as well."
  value       = { observe = aws_iam_policy.observe.arn, operate = aws_iam_policy.operate.arn }
}
