output "aliases" {
  description = "Name, live alias and invoke ARN of each function, by its name in the topology."
  value = {
    for name, alias in aws_lambda_alias.live : name => {
      function_name = alias.function_name
      qualifier     = alias.name
      invoke_arn    = alias.invoke_arn
    }
  }
}

output "log_groups" {
  description = "Log group of each function, by its name in the topology."
  value       = { for name, group in aws_cloudwatch_log_group.main : name => group.name }
}
