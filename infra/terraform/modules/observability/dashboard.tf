# The topology's dashboard: alarms above all, then a column for each stage of the way of a message.
locals {
  # CloudWatch's grid is 24 wide.
  column_width = floor(24 / length(var.topology.dashboard))
  row_height   = 6
  alarm_height = 3

  lines = merge(flatten([
    for column, stage in var.topology.dashboard : [
      for row, chart in stage.charts : [
        for number, line in chart.lines : {
          for instance in local.instances[try(line.each, "once")] :
          "${column} ${row} ${number} ${instance}" => { instance = instance, metrics = { metric = line } }
        }
      ]
    ]
  ])...)

  charts = flatten([
    for column, stage in var.topology.dashboard : [
      for row, chart in stage.charts : {
        column = column
        row    = row
        title  = try("${stage.title}: ${chart.title} (${chart.unit})", "${stage.title}: ${chart.title}")
        lines = flatten([
          for number, line in chart.lines : [
            for instance in local.instances[try(line.each, "once")] : {
              key   = "${column} ${row} ${number} ${instance}"
              label = replace(line.label, "{each}", instance)
            }
          ]
        ])
      }
    ]
  ])
}

data "aws_region" "current" {}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = var.prefix

  dashboard_body = jsonencode({
    widgets = concat(
      # One widget takes at most 100 alarms: infra/topology/quotas.py refuses more.
      [for row, severity in ["page", "tell"] : {
        type   = "alarm"
        x      = 0
        y      = row * local.alarm_height
        width  = 24
        height = local.alarm_height
        properties = {
          title  = "Alarms that ${severity}"
          alarms = [for key, alarm in aws_cloudwatch_metric_alarm.main : alarm.arn if var.topology.alarms[local.alarms[key].alarm].severity == severity]
        }
      }],
      [for chart in local.charts : {
        type   = "metric"
        x      = chart.column * local.column_width
        y      = 2 * local.alarm_height + chart.row * local.row_height
        width  = local.column_width
        height = local.row_height
        properties = {
          title  = chart.title
          region = data.aws_region.current.region
          view   = "timeSeries"
          period = 60
          metrics = [for line in chart.lines : concat(
            [try(local.lines[line.key].metrics.metric.namespace, var.namespace), local.lines[line.key].metrics.metric.name],
            flatten([for dimension, value in local.dimensions[line.key].metric : [dimension, value]]),
            [{ label = line.label, stat = local.lines[line.key].metrics.metric.statistic }],
          )]
        }
      }],
    )
  })
}
