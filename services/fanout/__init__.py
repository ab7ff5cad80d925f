"""From the shard queues out: audience, delivery, settlement."""
