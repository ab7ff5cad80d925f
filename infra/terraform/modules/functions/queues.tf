locals {
  sources = merge([
    for function, definition in var.functions : {
      for source in try(definition.consumes, []) :
      "${function}-${can(source.queue) ? source.queue : source.stream}" => merge(source, { function = function })
    }
  ]...)

  queue_consumers = merge([
    for name, source in local.sources : {
      for number in range(length(var.queue_arns[source.queue])) : "${name}-${number}" => merge(source, { number = number })
    } if can(source.queue)
  ]...)
}

resource "aws_lambda_event_source_mapping" "queue" {
  for_each = local.queue_consumers

  event_source_arn                   = var.queue_arns[each.value.queue][each.value.number]
  function_name                      = aws_lambda_alias.live[each.value.function].arn
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = try(each.value.batching_window_seconds, 0)
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = each.value.maximum_concurrency
  }

  depends_on = [aws_iam_role_policy.grants]
}

resource "aws_lambda_event_source_mapping" "stream" {
  for_each = { for name, source in local.sources : name => source if can(source.stream) }

  event_source_arn                   = var.stream_arns[each.value.stream]
  function_name                      = aws_lambda_alias.live[each.value.function].arn
  batch_size                         = each.value.batch_size
  maximum_batching_window_in_seconds = try(each.value.batching_window_seconds, 0)
  starting_position                  = "TRIM_HORIZON"
  bisect_batch_on_function_error     = true

  filter_criteria {
    filter {
      pattern = jsonencode({ eventName = each.value.events })
    }
  }

  depends_on = [aws_iam_role_policy.grants]
}

# Lambda stops a function that its own messages come back to, after some 16 hops, unless it is told not to.
resource "aws_lambda_function_recursion_config" "main" {
  for_each = var.functions

  function_name  = aws_lambda_function.main[each.key].function_name
  recursive_loop = try(each.value.recursive_loop, "Terminate")
}

moved {
  from = aws_lambda_event_source_mapping.main
  to   = aws_lambda_event_source_mapping.queue
}
