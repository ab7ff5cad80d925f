variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "domain" {
  description = "Own domain with its certificate in us-east-1 and its hosted zone; null for CloudFront's name."
  type        = object({ name = string, certificate_arn = string, zone_id = string })
}

variable "connect_origins" {
  description = "The origins the page may connect to, beside its own."
  type        = list(string)
}
