variable "environment" {
  description = "Name of the environment: second part of every name and the stage of the WebSocket API."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,9}$", var.environment))
    error_message = "The environment is 2 to 10 lower-case letters and digits."
  }
}

variable "log_level" {
  description = "Least level that is logged by the functions."
  type        = string

  validation {
    # With JSON logging Lambda drops lines without a level above INFO, and metrics are such lines.
    condition     = contains(["DEBUG", "INFO"], var.log_level)
    error_message = "The log level is DEBUG or INFO."
  }
}

variable "system_log_level" {
  description = "Least level that is logged by Lambda itself: INFO or WARN. INFO has two lines an invocation, cold starts among them."
  type        = string
  default     = "WARN"

  validation {
    condition     = contains(["INFO", "WARN"], var.system_log_level)
    error_message = "Lambda's own log level is INFO or WARN."
  }
}

variable "functions_in_vpc" {
  description = "Run the functions in private subnets behind NAT; false lets them reach AWS's public endpoints directly and saves the NAT gateways."
  type        = bool
}

variable "vpc_cidr" {
  description = "IPv4 range of the VPC, a /16 to /22."
  type        = string
}

variable "nat_gateway_per_zone" {
  description = "One NAT gateway in each availability zone; false makes one for all, and its zone a single point of failure."
  type        = bool
}

variable "interface_endpoints" {
  description = "AWS services reached by an interface endpoint in the VPC instead of NAT, such as sns and sqs."
  type        = set(string)
  default     = []
}

variable "account_concurrency" {
  description = "Lambda executions at once that the account may run, where it differs from the topology's: an alarm watches it."
  type        = number
  default     = null
}

variable "reserved_concurrency" {
  description = "Concurrent executions kept for a function, by the function's name in the topology."
  type        = map(number)
  default     = {}
}

variable "throttling" {
  description = "Requests a second and burst that the WebSocket stage takes on each route; as many as an account may make, since users have limits of their own."
  type        = object({ rate = number, burst = number })
  default     = { rate = 10000, burst = 5000 }
}

variable "route_throttling" {
  description = "Throttling of single routes, by route key, all users together: for an emergency."
  type        = map(object({ rate = number, burst = number }))
  default     = {}
}

variable "canary" {
  description = "Hold a conversation like a user's every five minutes, and alarm where it fails: 1.10 USD a month (docs/cost.md)."
  type        = bool
  default     = false
}

variable "websocket_domain" {
  description = "Domain of the WebSocket API with its ACM certificate in this region; null leaves AWS's name."
  type        = object({ name = string, certificate_arn = string, zone_id = string })
  default     = null
}

variable "web_domain" {
  description = "Domain of the front end with its ACM certificate in us-east-1; null leaves CloudFront's name."
  type        = object({ name = string, certificate_arn = string, zone_id = string })
  default     = null
}

variable "user_pool_tier" {
  description = "Cognito feature plan: LITE, ESSENTIALS or PLUS. Threat protection needs PLUS."
  type        = string
  default     = "LITE"
}

variable "threat_protection" {
  description = "Cognito's reaction to compromised passwords and unusual sign-ins: OFF, AUDIT or ENFORCED."
  type        = string
  default     = "OFF"
}

variable "alarm_emails" {
  description = "E-mail addresses told of alarms: `page` when users are affected, `tell` at every alarm."
  type        = object({ page = optional(string), tell = optional(string) })
  default     = {}
}

variable "deletion_protection" {
  description = "Refuse to delete messages and users: false only to destroy an environment for good."
  type        = bool
  default     = true
}
