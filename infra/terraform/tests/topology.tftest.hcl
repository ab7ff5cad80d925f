# terraform test: needs the provider's schema from the registry, but neither an account nor credentials.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sns:Publish\",\"Resource\":\"arn:aws:sns:eu-central-1:123456789012:made-up\"}]}" }
  }
  override_data {
    target = module.functions.data.aws_iam_policy_document.assume
    values = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}]}" }
  }
  override_data {
    target = data.aws_iam_policy_document.key
    values = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"}}]}" }
  }
}

variables {
  environment          = "test"
  log_level            = "INFO"
  functions_in_vpc     = true
  vpc_cidr             = "10.40.0.0/20"
  nat_gateway_per_zone = false
}

run "everything_of_the_topology_is_deployed_and_nothing_else" {
  command = plan

  assert {
    condition     = toset(keys(module.data.table_names)) == toset(keys(local.topology.tables))
    error_message = "The tables are not those of the topology."
  }
  assert {
    condition     = toset(keys(module.functions.aliases)) == toset(keys(local.topology.functions))
    error_message = "The functions are not those of the topology."
  }
  assert {
    condition     = alltrue([for function in local.topology.functions : alltrue([for name in function.environment : contains(keys(local.environment), name)])])
    error_message = "A function asks for a variable that stands for nothing."
  }
  assert {
    condition     = length(module.messaging.queue_names["shard"]) == local.topology.shards
    error_message = "There is not one queue for every shard."
  }
  assert {
    condition     = module.messaging.queue_names["shard"][0] == "chat-test-shard-0"
    error_message = "Queues are not named after project, environment, queue and shard."
  }
}

run "a_wrong_environment_is_refused" {
  command = plan

  variables {
    environment = "Production!"
  }

  expect_failures = [var.environment]
}

run "a_wrong_log_level_is_refused" {
  command = plan

  variables {
    log_level = "LOUD"
  }

  expect_failures = [var.log_level]
}
