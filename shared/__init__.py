"""The only code that two services may both import."""
