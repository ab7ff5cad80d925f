variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "tier" {
  description = "Cognito feature plan: LITE, ESSENTIALS or PLUS."
  type        = string

  validation {
    condition     = contains(["LITE", "ESSENTIALS", "PLUS"], var.tier)
    error_message = "The tier is LITE, ESSENTIALS or PLUS."
  }
}

variable "threat_protection" {
  description = "Reaction to compromised passwords and unusual sign-ins: OFF, AUDIT or ENFORCED."
  type        = string

  validation {
    condition     = var.threat_protection == "OFF" || var.tier == "PLUS"
    error_message = "Threat protection needs the tier PLUS."
  }
}

# Refreshes and sign-ins share a quota of 120 a second: 100,000 users refresh 28 times a second at 60 minutes, 111 at 15.
# https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
variable "token_minutes" {
  description = "How long ID and access tokens are valid. A right that is taken away is gone before that: every send asks the tables."
  type        = number
  default     = 60
}

variable "deletion_protection" {
  description = "Refuse to delete the users."
  type        = bool
}
