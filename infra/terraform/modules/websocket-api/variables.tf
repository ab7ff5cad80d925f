variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "stage" {
  description = "Name of the stage, last part of the address."
  type        = string
}

variable "routes" {
  description = "The topology's routes."
  type        = any
}

variable "functions" {
  description = "Name, alias and invoke ARN of each function, by its name in the topology."
  type        = map(object({ function_name = string, qualifier = string, invoke_arn = string }))
}

variable "throttling" {
  description = "Requests a second and burst on each route."
  type        = object({ rate = number, burst = number })
}

variable "route_throttling" {
  description = "Throttling of single routes, by route key."
  type        = map(object({ rate = number, burst = number }))

  validation {
    condition     = alltrue([for route in keys(var.route_throttling) : contains(keys(var.routes), route)])
    error_message = "A route is throttled that is not in the topology."
  }
}

variable "domain" {
  description = "Own domain with its certificate in this region and its hosted zone; null for AWS's name."
  type        = object({ name = string, certificate_arn = string, zone_id = string })
}

variable "kms_key_arn" {
  description = "The key that encrypts the access log."
  type        = string
}
