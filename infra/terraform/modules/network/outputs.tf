output "subnet_ids" {
  description = "The private subnets, one in each availability zone."
  value       = [for subnet in aws_subnet.private : subnet.id]
}

output "security_group_id" {
  description = "The security group of the functions."
  value       = aws_security_group.functions.id
}
