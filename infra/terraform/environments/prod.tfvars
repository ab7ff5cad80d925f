environment          = "prod"
log_level            = "INFO"
functions_in_vpc     = true
vpc_cidr             = "10.30.0.0/20"
nat_gateway_per_zone = true
interface_endpoints  = ["sns", "sqs"]
user_pool_tier       = "PLUS"
threat_protection    = "ENFORCED"

# A storm of reconnects must not take the last executions from those who send.
reserved_concurrency = { "send-message" = 100, fanout = 60 } # the fan-out: all its mappings and a few to spare

# History is the dearest thing a client may ask for; a send stays at the stage's own limit.
route_throttling = { getMessages = { rate = 300, burst = 200 } }
