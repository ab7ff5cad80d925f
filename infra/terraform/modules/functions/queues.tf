locals {
  consumers = merge([
    for function, definition in var.functions : {
      for shard in range(length(var.queue_arns[definition.consumes.queue])) :
      "${function}-${shard}" => merge(definition.consumes, { function = function, shard = shard })
    } if can(definition.consumes)
  ]...)
}

resource "aws_lambda_event_source_mapping" "main" {
  for_each = local.consumers

  event_source_arn        = var.queue_arns[each.value.queue][each.value.shard]
  function_name           = aws_lambda_alias.live[each.value.function].arn
  batch_size              = each.value.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value.maximum_concurrency
  }

  depends_on = [aws_iam_role_policy.grants]
}
