variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "topic" {
  description = "The topology's topic."
  type        = string
}

variable "queues" {
  description = "The topology's queues."
  type        = any
}

variable "shards" {
  description = "Number of queues made of a queue that is `per_shard`."
  type        = number
}

variable "kms_key_arn" {
  description = "The key that encrypts what waits in the topic."
  type        = string
}
