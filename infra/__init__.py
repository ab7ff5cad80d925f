"""What exists and where it runs: the topology, Terraform, and the local stand-ins for AWS."""
