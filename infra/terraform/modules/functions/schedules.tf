# A rule and not EventBridge Scheduler, which would need a role of its own to call one function.
locals {
  scheduled = { for name, function in var.functions : name => function.schedule_minutes if can(function.schedule_minutes) && (var.schedules || !try(function.optional, false)) }
}

resource "aws_cloudwatch_event_rule" "schedule" {
  for_each = local.scheduled

  name                = "${var.prefix}-${each.key}"
  description         = "Calls ${var.prefix}-${each.key}."
  schedule_expression = each.value == 1 ? "rate(1 minute)" : "rate(${each.value} minutes)"
}

resource "aws_cloudwatch_event_target" "schedule" {
  for_each = local.scheduled

  rule = aws_cloudwatch_event_rule.schedule[each.key].name
  arn  = aws_lambda_alias.live[each.key].arn
}

resource "aws_lambda_permission" "schedule" {
  for_each = local.scheduled

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.main[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule[each.key].arn
}

# Lambda would repeat a run that failed twice, and the alarm would count the repetitions.
resource "aws_lambda_function_event_invoke_config" "schedule" {
  for_each = local.scheduled

  function_name                = aws_lambda_function.main[each.key].function_name
  qualifier                    = aws_lambda_alias.live[each.key].name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}
