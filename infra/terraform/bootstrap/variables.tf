variable "repository" {
  description = "GitHub repository that deploys, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.repository))
    error_message = "Give the repository as owner/name."
  }
}

variable "environments" {
  description = "GitHub environments that deploy into this account."
  type        = set(string)
  default     = ["dev", "prod"]
}
