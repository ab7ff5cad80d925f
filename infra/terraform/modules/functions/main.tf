locals {
  runtime      = "python3.13"
  architecture = "arm64"
}

resource "aws_cloudwatch_log_group" "main" {
  # checkov:skip=CKV_AWS_338: fourteen days are enough to look into an incident; messages are not in the logs
  for_each = var.functions

  name              = "/aws/lambda/${var.prefix}-${each.key}"
  retention_in_days = 14
  kms_key_id        = var.kms_key_arn
}

# Version 1 of each function, until the first release (infra/release/versions.py), which Terraform leaves alone: it refuses
# handshakes and frames with 503 and leaves jobs to their queue.
data "archive_file" "closed" {
  type        = "zip"
  output_path = "${path.root}/../../build/terraform/closed.zip"

  dynamic "source" {
    for_each = toset([for function in var.functions : function.handler])

    content {
      filename = "${replace(trimsuffix(source.value, ".handler"), ".", "/")}.py"
      content  = file("${path.module}/closed.py")
    }
  }
}

resource "aws_lambda_function" "main" {
  # checkov:skip=CKV_AWS_115: concurrency is reserved where an environment says so
  # checkov:skip=CKV_AWS_116: jobs have their queue's dead-letter queue; what a schedule calls is not repeated
  # checkov:skip=CKV_AWS_50: those on the way of a message are traced; the frames of idle clients would be most of the bill
  # checkov:skip=CKV_AWS_117: an environment may run without the VPC to save its NAT (docs/adr/0007-vpc.md)
  # checkov:skip=CKV_AWS_173: no variable holds a secret
  # checkov:skip=CKV_AWS_272: code comes from the release role alone; signing would prove the same
  for_each = var.functions

  function_name                  = "${var.prefix}-${each.key}"
  role                           = aws_iam_role.main[each.key].arn
  runtime                        = local.runtime
  architectures                  = [local.architecture]
  handler                        = each.value.handler
  memory_size                    = each.value.memory_mb
  timeout                        = each.value.timeout_seconds
  reserved_concurrent_executions = lookup(var.reserved_concurrency, each.key, -1)
  filename                       = data.archive_file.closed.output_path
  publish                        = true

  environment {
    variables = { for variable in each.value.environment : variable => var.environment[variable] }
  }

  dynamic "vpc_config" {
    for_each = local.networks[each.key]

    content {
      subnet_ids                  = vpc_config.value.subnet_ids
      security_group_ids          = [vpc_config.value.security_group_id]
      ipv6_allowed_for_dual_stack = true
    }
  }

  tracing_config {
    mode = try(each.value.traced, false) ? "Active" : "PassThrough"
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    system_log_level      = var.system_log_level
    log_group             = aws_cloudwatch_log_group.main[each.key].name
  }

  lifecycle {
    ignore_changes = [filename, source_code_hash]
  }

  depends_on = [aws_iam_role_policy.platform]
}

# What API Gateway and the queues call. A release moves it to the version it published, configuration included.
resource "aws_lambda_alias" "live" {
  for_each = var.functions

  name             = "live"
  function_name    = aws_lambda_function.main[each.key].function_name
  function_version = aws_lambda_function.main[each.key].version

  lifecycle {
    ignore_changes = [description, function_version, routing_config]
  }
}

# Where a first release that failed goes back to.
resource "aws_lambda_alias" "closed" {
  for_each = var.functions

  name             = "closed"
  function_name    = aws_lambda_function.main[each.key].function_name
  function_version = aws_lambda_function.main[each.key].version

  lifecycle {
    ignore_changes = [function_version]
  }
}
