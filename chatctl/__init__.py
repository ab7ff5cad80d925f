"""The operators' command line: looks at a running deployment, local or on AWS, and mends it."""
