output "table_names" {
  description = "Full name of each table, by its name in the topology."
  value       = { for name, table in aws_dynamodb_table.main : name => table.name }
}

output "table_arns" {
  description = "ARN of each table, by its name in the topology."
  value       = { for name, table in aws_dynamodb_table.main : name => table.arn }
}

output "stream_arns" {
  description = "ARN of the stream of each table that has one, by the table's name in the topology."
  value       = { for name, table in aws_dynamodb_table.main : name => table.stream_arn if try(var.tables[name].stream, false) }
}
