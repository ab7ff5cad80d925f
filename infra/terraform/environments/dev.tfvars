environment         = "dev"
log_level           = "DEBUG"
system_log_level    = "INFO"
deletion_protection = false

# Without a network of their own the functions cost nothing while nobody chats, and the first frame after a quiet
# day does not wait for network interfaces that Lambda took back (docs/adr/0007-vpc.md).
functions_in_vpc     = false
vpc_cidr             = "10.20.0.0/20"
nat_gateway_per_zone = false
