locals {
  undelivered_to_any_shard = "subscription-dead-letters"

  # The names of each queue of the topology: one for every shard, or just one.
  names = {
    for queue, definition in var.queues : queue => [
      for shard in try(definition.per_shard, false) ? range(var.shards) : [null] :
      shard == null ? "${var.prefix}-${queue}" : "${var.prefix}-${queue}-${shard}"
    ]
  }
  queues = merge([for queue, names in local.names : { for name in names : name => var.queues[queue] }]...)
  # What each subscribed queue lets through: its shard's jobs, or those of no shard.
  filters = merge([
    for queue, names in local.names : {
      for shard, name in names : name =>
      try(var.queues[queue].per_shard, false) ? jsonencode({ shard = [tostring(shard)] }) : jsonencode({ shard = [{ exists = false }] })
    } if try(var.queues[queue].subscribed, false)
  ]...)

  # Which queues move their failures where, both by full name.
  redrives = { for name, queue in local.queues : name => one(local.names[queue.dead_letter_queue]) if can(queue.dead_letter_queue) }

  # The topic sends to these queues, and what they cannot take to one of their own.
  subscription_dead_letters = one(local.names[local.undelivered_to_any_shard])
  fed_by_topic              = toset(concat([local.subscription_dead_letters], keys(local.filters)))
}

resource "aws_sns_topic" "main" {
  name              = "${var.prefix}-${var.topic}"
  kms_master_key_id = var.kms_key_arn
  tracing_config    = "PassThrough" # hands the sender's trace on; "Active" takes an X-Ray policy of the whole account
}

resource "aws_sqs_queue" "main" {
  for_each = local.queues

  name                       = each.key
  visibility_timeout_seconds = each.value.visibility_timeout_seconds
  message_retention_seconds  = each.value.retention_seconds
  # SNS writes to it without a grant on a key, which a key of our own would take.
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue_redrive_policy" "main" {
  for_each = local.redrives

  queue_url = aws_sqs_queue.main[each.key].url
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.main[each.value].arn
    maxReceiveCount     = local.queues[each.key].max_receive_count
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "main" {
  for_each = toset(values(local.redrives))

  queue_url = aws_sqs_queue.main[each.key].url
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [for source, target in local.redrives : aws_sqs_queue.main[source].arn if target == each.key]
  })
}

resource "aws_sqs_queue_policy" "main" {
  for_each = local.fed_by_topic

  queue_url = aws_sqs_queue.main[each.key].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.main[each.key].arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.main.arn } }
    }]
  })
}

resource "aws_sns_topic_subscription" "shard" {
  for_each = local.filters

  topic_arn            = aws_sns_topic.main.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.main[each.key].arn
  raw_message_delivery = true
  filter_policy_scope  = "MessageAttributes"
  filter_policy        = each.value
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.main[local.subscription_dead_letters].arn })

  depends_on = [aws_sqs_queue_policy.main]
}
