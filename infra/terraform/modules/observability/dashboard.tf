# Laid out as the way of a message, from left to right: in, queued, fanned out, stored; alarms above all.
locals {
  region    = data.aws_region.current.region
  shards    = flatten([for queue, names in var.queue_names : names if try(var.topology.queues[queue].per_shard, false)])
  failures  = flatten([for queue, names in var.queue_names : names if !try(var.topology.queues[queue].per_shard, false)])
  functions = [for name in keys(var.topology.functions) : "${var.prefix}-${name}"]
  tables    = [for name in keys(var.topology.tables) : "${var.prefix}-${name}"]

  in = [
    {
      title = "Connections and messages from clients"
      stat  = "Sum"
      metrics = [
        ["AWS/ApiGateway", "ConnectCount", "ApiId", var.api_id],
        ["AWS/ApiGateway", "MessageCount", "ApiId", var.api_id],
        ["AWS/ApiGateway", "ClientError", "ApiId", var.api_id],
        ["AWS/ApiGateway", "IntegrationError", "ApiId", var.api_id],
      ]
    },
    {
      title   = "Answer time of the functions"
      stat    = "p99"
      metrics = [["AWS/ApiGateway", "IntegrationLatency", "ApiId", var.api_id], ["...", { stat = "p50" }]]
    },
    {
      title   = "Messages accepted"
      stat    = "Sum"
      metrics = [[var.namespace, "MessagesAccepted", "service", "ingest"]]
    },
  ]

  queued = [
    {
      title   = "Age of the oldest job, by shard (seconds)"
      stat    = "Maximum"
      metrics = [for name in local.shards : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name]]
    },
    {
      title   = "Jobs waiting, by shard"
      stat    = "Maximum"
      metrics = [for name in local.shards : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
    },
    {
      title   = "Dead letters"
      stat    = "Maximum"
      metrics = [for name in local.failures : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
    },
  ]

  fanned_out = [
    {
      title   = "Accepted to posted (ms)"
      stat    = "p99"
      metrics = [[var.namespace, "FanoutLag", "service", "fanout"], ["...", { stat = "p50" }]]
    },
    {
      title = "Deliveries by outcome"
      stat  = "Sum"
      metrics = [
        for metric in ["DeliveriesDelivered", "DeliveriesGone", "DeliveriesRefused", "DeliveriesFailed", "ResidualJobs", "ConnectionsClosed", "TargetsDeadLettered"] :
        [var.namespace, metric, "service", "fanout"]
      ]
    },
    {
      title   = "Function errors and throttles"
      stat    = "Sum"
      metrics = flatten([for name in local.functions : [for metric in ["Errors", "Throttles"] : { value = ["AWS/Lambda", metric, "FunctionName", name] }]])[*].value
    },
  ]

  stored = [
    {
      title   = "Function time (ms)"
      stat    = "p99"
      metrics = [for name in local.functions : ["AWS/Lambda", "Duration", "FunctionName", name]]
    },
    {
      title   = "Function executions at once"
      stat    = "Maximum"
      metrics = [for name in local.functions : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", name]]
    },
    {
      title   = "Table throttles"
      stat    = "Sum"
      metrics = flatten([for name in local.tables : [for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] : { value = ["AWS/DynamoDB", metric, "TableName", name] }]])[*].value
    },
  ]

  # CloudWatch's grid is 24 wide.
  column_width = 6
  row_height   = 6
  alarm_height = 3
}

data "aws_region" "current" {}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = var.prefix

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm"
        x          = 0
        y          = 0
        width      = 24
        height     = local.alarm_height
        properties = { title = "Alarms", alarms = [for alarm in aws_cloudwatch_metric_alarm.main : alarm.arn] }
      }],
      flatten([
        for column, widgets in [local.in, local.queued, local.fanned_out, local.stored] : [
          for row, widget in widgets : {
            type   = "metric"
            x      = column * local.column_width
            y      = local.alarm_height + row * local.row_height
            width  = local.column_width
            height = local.row_height
            properties = {
              title   = widget.title
              region  = local.region
              view    = "timeSeries"
              period  = 60
              stat    = widget.stat
              metrics = widget.metrics
            }
          }
        ]
      ]),
    )
  })
}
