variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "audit_retention_days" {
  description = "How long it stays known who changed what."
  type        = number
}

variable "kms_key_arn" {
  description = "The key that encrypts the audit."
  type        = string
}

variable "dead_letter_queues" {
  description = "Queues that hold dead letters, by their names in the topology."
  type        = set(string)
}

variable "queue_arns" {
  description = "ARNs of each queue, by its name in the topology, in the order of the shards."
  type        = map(list(string))
}

variable "messages_table_arn" {
  description = "ARN of the table of messages."
  type        = string
}

variable "connections_table_arn" {
  description = "ARN of the table of connections."
  type        = string
}

variable "rooms_table_arn" {
  description = "ARN of the table of rooms, invitations and reports."
  type        = string
}

variable "users_table_arn" {
  description = "ARN of the table of users' status."
  type        = string
}

variable "user_pool_arn" {
  description = "ARN of the user pool."
  type        = string
}

variable "stage_arn" {
  description = "`execute-api` ARN of the WebSocket stage."
  type        = string
}

variable "function_names" {
  description = "Full names of the functions."
  type        = list(string)
}

variable "log_groups" {
  description = "Log group of each function, by its name in the topology."
  type        = map(string)
}
