output "table_names" {
  description = "Full name of each table, by its name in the topology."
  value       = { for name, table in aws_dynamodb_table.main : name => table.name }
}

output "table_arns" {
  description = "ARN of each table, by its name in the topology."
  value       = { for name, table in aws_dynamodb_table.main : name => table.arn }
}
