"""The operator's commands: they look at a running deployment, local or on AWS, and mend it."""
