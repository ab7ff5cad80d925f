"""The consumer of the shard queues."""
