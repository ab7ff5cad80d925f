locals {
  # What an alarm or line with `each` is made for; one without stands once.
  instances = {
    shard    = [for shard in range(var.topology.shards) : tostring(shard)]
    function = keys(var.topology.functions)
    schedule = [for name, function in var.topology.functions : name if can(function.schedule_minutes) && !try(function.optional, false)]
    stream   = [for name, function in var.topology.functions : name if anytrue([for source in try(function.consumes, []) : can(source.stream)])]
    table    = keys(var.topology.tables)
    index    = keys(local.indexes)
    once     = [""]
  }

  indexes = merge([
    for table, definition in var.topology.tables : {
      for index in keys(try(definition.indexes, {})) : "${table}-${index}" => { table = table, index = index }
    }
  ]...)

  alarms = merge([
    for name, alarm in var.topology.alarms : {
      for instance in local.instances[try(alarm.each, "once")] :
      (instance == "" ? name : "${name}-${instance}") => {
        alarm    = name
        instance = instance
        metrics  = try(alarm.metrics, { metric = alarm.metric })
      }
    }
  ]...)

  # CloudWatch's dimensions of each metric, references resolved.
  dimensions = {
    for key, instance in merge(local.alarms, local.lines) : key => {
      for id, metric in instance.metrics : id => {
        for dimension, reference in metric.dimensions : dimension => one([
          for kind, name in reference : (
            kind == "value" ? name :
            kind == "queue" ? var.queue_names[name][instance.instance == "" ? 0 : tonumber(instance.instance)] :
            kind == "websocket" ? var.api_id :
            kind == "index" ? local.indexes[instance.instance].index :
            "${var.prefix}-${name == "each" ? try(local.indexes[instance.instance].table, instance.instance) : name}"
          )
        ])
      }
    }
  }

  # What a threshold is a share of.
  wholes = {
    for key, instance in local.alarms : key => lookup(
      { timeout_ms = try(var.topology.functions[instance.instance].timeout_seconds * 1000, 0), account_concurrency = var.account_concurrency },
      try(var.topology.alarms[instance.alarm].threshold_of, ""), 1
    )
  }
}

locals {
  # Of what is called less often than every minute an alarm looks back for longer.
  periods = {
    for key, instance in local.alarms : key => var.topology.alarms[instance.alarm].period_seconds * (
      can(var.topology.alarms[instance.alarm].period_of) ? var.topology.functions[instance.instance].schedule_minutes : 1
    )
  }
}

resource "aws_cloudwatch_metric_alarm" "main" {
  for_each = local.alarms

  alarm_name          = "${var.prefix}-${each.key}"
  alarm_description   = "${var.topology.alarms[each.value.alarm].description} Runbook: ${var.topology.runbooks}/${each.value.alarm}.md"
  evaluation_periods  = var.topology.alarms[each.value.alarm].evaluation_periods
  datapoints_to_alarm = try(var.topology.alarms[each.value.alarm].datapoints_to_alarm, null)
  comparison_operator = var.topology.alarms[each.value.alarm].comparison
  threshold           = var.topology.alarms[each.value.alarm].threshold * local.wholes[each.key]
  treat_missing_data  = var.topology.alarms[each.value.alarm].missing_data
  alarm_actions       = [aws_sns_topic.alarms["tell"].arn]
  ok_actions          = [aws_sns_topic.alarms["tell"].arn]

  namespace          = try(each.value.metrics.metric.namespace, can(each.value.metrics.metric) ? var.namespace : null)
  metric_name        = try(each.value.metrics.metric.name, null)
  dimensions         = try(local.dimensions[each.key].metric, null)
  period             = can(each.value.metrics.metric) ? local.periods[each.key] : null
  statistic          = try(startswith(each.value.metrics.metric.statistic, "p") ? null : each.value.metrics.metric.statistic, null)
  extended_statistic = try(startswith(each.value.metrics.metric.statistic, "p") ? each.value.metrics.metric.statistic : null, null)

  dynamic "metric_query" {
    for_each = can(var.topology.alarms[each.value.alarm].expression) ? [var.topology.alarms[each.value.alarm].expression] : []

    content {
      id          = "result"
      expression  = metric_query.value
      label       = metric_query.value
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = { for id, metric in each.value.metrics : id => metric if can(var.topology.alarms[each.value.alarm].expression) }

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = try(metric_query.value.namespace, var.namespace)
        metric_name = metric_query.value.name
        dimensions  = local.dimensions[each.key][metric_query.key]
        period      = local.periods[each.key]
        stat        = metric_query.value.statistic
      }
    }
  }
}

# CloudWatch takes at most 100 alarms in one rule: infra/topology/quotas.py refuses more.
resource "aws_cloudwatch_composite_alarm" "main" {
  for_each = var.topology.composite_alarms

  alarm_name        = "${var.prefix}-${each.key}"
  alarm_description = "${each.value.description} Runbook: ${var.topology.runbooks}/${each.key}.md"
  alarm_actions     = [aws_sns_topic.alarms["page"].arn]
  ok_actions        = [aws_sns_topic.alarms["page"].arn]

  alarm_rule = join(" OR ", [
    for key, instance in local.alarms : "ALARM(${aws_cloudwatch_metric_alarm.main[key].alarm_name})"
    if var.topology.alarms[instance.alarm].severity == each.value.any_of_severity
  ])
}

resource "aws_sns_topic" "alarms" {
  for_each = toset(["page", "tell"])

  name              = "${var.prefix}-${each.key}"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_subscription" "email" {
  for_each = { for topic, address in var.emails : topic => address if address != null }

  topic_arn = aws_sns_topic.alarms[each.key].arn
  protocol  = "email"
  endpoint  = each.value
}
