variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "functions" {
  description = "The topology's functions."
  type        = any
}

variable "environment" {
  description = "Value of each environment variable a function may name."
  type        = map(string)
}

variable "table_arns" {
  description = "ARN of each table, by its name in the topology."
  type        = map(string)
}

variable "stream_arns" {
  description = "ARN of the stream of each table that has one, by the table's name in the topology."
  type        = map(string)
}

variable "topic_arns" {
  description = "ARN of each topic, by its name in the topology."
  type        = map(string)
}

variable "queue_arns" {
  description = "ARNs of each queue, by its name in the topology, in the order of the shards."
  type        = map(list(string))
}

variable "stage_arn" {
  description = "`execute-api` ARN of the WebSocket stage."
  type        = string
}

variable "user_pool_arn" {
  description = "ARN of the user pool."
  type        = string
}

variable "schedules" {
  description = "Whether optional functions are called by their schedules; the others always are."
  type        = bool
}

variable "log_level" {
  description = "Least level that is logged."
  type        = string
}

variable "system_log_level" {
  description = "Least level that is logged by Lambda itself: INFO has two lines an invocation."
  type        = string
}

variable "kms_key_arn" {
  description = "The key that encrypts the logs."
  type        = string
}

variable "reserved_concurrency" {
  description = "Concurrent executions kept for a function, by its name in the topology."
  type        = map(number)

  validation {
    condition     = alltrue([for function in keys(var.reserved_concurrency) : contains(keys(var.functions), function)])
    error_message = "Concurrency is reserved for a function that is not in the topology."
  }
}

variable "vpc" {
  description = "Where the functions run; null outside of any VPC."
  type        = object({ subnet_ids = list(string), security_group_id = string })
}
