"""The repositories: the only code that knows DynamoDB and its attribute names."""
