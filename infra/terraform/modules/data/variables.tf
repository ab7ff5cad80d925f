variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "tables" {
  description = "The topology's tables."
  type        = any
}

variable "kms_key_arn" {
  description = "The key that encrypts the tables."
  type        = string
}

variable "deletion_protection" {
  description = "Whether tables that ask for deletion protection get it."
  type        = bool
}
