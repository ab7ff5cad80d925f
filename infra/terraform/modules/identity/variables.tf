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

variable "deletion_protection" {
  description = "Refuse to delete the users."
  type        = bool
}
