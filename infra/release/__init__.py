"""Brings code, configuration and the front end to AWS, and proves that they work there."""
