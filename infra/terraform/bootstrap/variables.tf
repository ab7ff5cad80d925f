variable "repository" {
  description = "GitHub repository that deploys: owner@ID/name@ID, or owner/name where GitHub does not tell the ids."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.repository)) || can(regex("^[A-Za-z0-9_.-]+@[0-9]+/[A-Za-z0-9_.-]+@[0-9]+$", var.repository))
    error_message = "Give the repository as owner@ID/name@ID or owner/name."
  }
}

variable "github_provider_exists" {
  description = "Whether the account has GitHub's OpenID Connect provider from elsewhere."
  type        = bool
  default     = false
}

variable "environments" {
  description = "GitHub environments that deploy into this account."
  type        = set(string)
  default     = ["dev", "prod"]
}
