environment          = "dev"
log_level            = "DEBUG"
functions_in_vpc     = true
vpc_cidr             = "10.20.0.0/20"
nat_gateway_per_zone = false
deletion_protection  = false
