variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "topology" {
  description = "The topology: alarms, what they watch, and what the dashboard shows."
  type        = any
}

variable "namespace" {
  description = "CloudWatch namespace of this environment's own metrics."
  type        = string
}

variable "queue_names" {
  description = "Full names of each queue, by its name in the topology, in the order of the shards."
  type        = map(list(string))
}

variable "api_id" {
  description = "Id of the WebSocket API."
  type        = string
}

variable "account_concurrency" {
  description = "Lambda executions at once that the account may run."
  type        = number
}

variable "log_groups" {
  description = "Log group of each function, by its name in the topology."
  type        = map(string)
}

variable "emails" {
  description = "Addresses told of alarms: `page` when users are affected, `tell` at every alarm."
  type        = object({ page = optional(string), tell = optional(string) })
}

variable "kms_key_arn" {
  description = "The key that encrypts notifications."
  type        = string
}
