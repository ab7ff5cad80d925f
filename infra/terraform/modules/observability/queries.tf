locals {
  # `cold-starts` finds something where `system_log_level` is INFO: Lambda tells of starts at no other level.
  queries = {
    way-of-one-message = <<-QUERY
      fields @timestamp, service, message, connectionId, settlement, attempts, delivered, gone, refused, closed, left, reasons
      | filter messageId = "MESSAGE_ID"
      | sort @timestamp asc
    QUERY
    errors             = <<-QUERY
      fields @timestamp, service, message, error, places, reason, awsRequestId, @log
      | filter level in ["ERROR", "CRITICAL"]
      | sort @timestamp desc
      | limit 200
    QUERY
    refusals           = <<-QUERY
      filter ispresent(code) and level = "WARNING"
      | stats count() as refusals by service, message, code
      | sort refusals desc
    QUERY
    cold-starts        = <<-QUERY
      filter type = "platform.report" and ispresent(record.metrics.initDurationMs)
      | stats count() as starts, pct(record.metrics.initDurationMs, 50) as p50, pct(record.metrics.initDurationMs, 99) as p99 by @log
    QUERY
  }
}

resource "aws_cloudwatch_query_definition" "main" {
  for_each = local.queries

  name            = "${var.prefix}/${each.key}"
  log_group_names = values(var.log_groups)
  query_string    = each.value
}
