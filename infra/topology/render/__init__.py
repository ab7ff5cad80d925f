"""What to ask AWS for: requests and policies rendered from the topology."""
