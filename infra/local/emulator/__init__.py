"""Makes the AWS emulator hold what is rendered, and fills its gaps."""
