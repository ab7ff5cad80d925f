"""What exists: topology.yaml, its model, and the names that a deployment gives to it."""
