environment          = "prod"
log_level            = "INFO"
functions_in_vpc     = true
vpc_cidr             = "10.30.0.0/20"
nat_gateway_per_zone = true
interface_endpoints  = ["sns", "sqs"]

# PLUS with threat_protection = "ENFORCED" looks out for stolen passwords, at 0.02 USD for each user a month.
user_pool_tier    = "LITE"
threat_protection = "OFF"

# A storm of reconnects must not take the last executions from those who send.
reserved_concurrency = { "send-message" = 100, fanout = 60 } # the fan-out: all its mappings and a few to spare

# Somebody who notices at night.
canary = true
