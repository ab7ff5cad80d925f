"""The Lambda functions, one folder a deployment package; a service never imports another."""
