output "topic_arn" {
  description = "ARN of the topic."
  value       = aws_sns_topic.main.arn
}

output "queue_names" {
  description = "Full names of each queue, by its name in the topology; one for every shard, or just one."
  value       = local.names
}

output "queue_arns" {
  description = "ARNs of each queue, by its name in the topology, in the order of the shards."
  value       = { for queue, names in local.names : queue => [for name in names : aws_sqs_queue.main[name].arn] }
}

output "queue_urls" {
  description = "URLs of each queue, by its name in the topology, in the order of the shards."
  value       = { for queue, names in local.names : queue => [for name in names : aws_sqs_queue.main[name].url] }
}
