"""What the topology is made of: a model for each kind of part, which refuses what contradicts itself."""
