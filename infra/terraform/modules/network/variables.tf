variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "cidr" {
  description = "IPv4 range of the VPC."
  type        = string
}

variable "nat_gateway_per_zone" {
  description = "One NAT gateway in each availability zone instead of one for all."
  type        = bool
}

variable "interface_endpoints" {
  description = "AWS services reached by an interface endpoint, such as sns and sqs."
  type        = set(string)
}

variable "table_arns" {
  description = "The DynamoDB tables that may be reached through the gateway endpoint."
  type        = list(string)
}
