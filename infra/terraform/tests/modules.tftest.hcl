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
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"dynamodb:*\",\"Resource\":\"*\",\"Principal\":\"*\"}]}" }
  }
}

run "one_nat_gateway_serves_both_zones" {
  command = plan

  module {
    source = "./modules/network"
  }
  variables {
    prefix               = "chat-test"
    cidr                 = "10.40.0.0/20"
    nat_gateway_per_zone = false
    interface_endpoints  = []
    table_arns           = ["arn:aws:dynamodb:eu-central-1:123456789012:table/chat-test-messages"]
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 1 && length(aws_route.private) == 2
    error_message = "Two private subnets do not leave by one NAT gateway."
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0
    error_message = "There is an interface endpoint that nobody asked for."
  }
}

run "each_shard_queue_takes_its_own_jobs" {
  command = plan

  module {
    source = "./modules/messaging"
  }
  variables {
    prefix      = "chat-test"
    topic       = "messages"
    shards      = 2
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1"
    queues = {
      shard                     = { per_shard = true, subscribed = true, visibility_timeout_seconds = 180, retention_seconds = 3600, max_receive_count = 5, dead_letter_queue = "dead-letters" }
      presence                  = { subscribed = true, visibility_timeout_seconds = 180, retention_seconds = 60 }
      dead-letters              = { visibility_timeout_seconds = 60, retention_seconds = 3600 }
      subscription-dead-letters = { visibility_timeout_seconds = 60, retention_seconds = 3600 }
    }
  }

  assert {
    condition     = { for name, subscription in aws_sns_topic_subscription.shard : name => jsonencode(jsondecode(subscription.filter_policy).shard[0]) } == { chat-test-presence = "{\"exists\":false}", chat-test-shard-0 = "\"0\"", chat-test-shard-1 = "\"1\"" }
    error_message = "A filter policy does not let through its shard's jobs alone, or what is of no shard."
  }
  assert {
    condition     = toset(keys(aws_sqs_queue_redrive_policy.main)) == toset(["chat-test-shard-0", "chat-test-shard-1"])
    error_message = "Other queues than those of the shards are redriven."
  }
  assert {
    condition     = toset(keys(aws_sqs_queue_policy.main)) == toset(["chat-test-presence", "chat-test-shard-0", "chat-test-shard-1", "chat-test-subscription-dead-letters"])
    error_message = "The topic may send elsewhere than to the subscribed queues and its own dead letters."
  }
}

run "threat_protection_needs_the_plus_plan" {
  command = plan

  module {
    source = "./modules/identity"
  }
  variables {
    prefix              = "chat-test"
    tier                = "ESSENTIALS"
    threat_protection   = "ENFORCED"
    deletion_protection = false
  }

  expect_failures = [var.threat_protection]
}

run "a_route_that_does_not_exist_cannot_be_throttled" {
  command = plan

  module {
    source = "./modules/websocket-api"
  }
  variables {
    prefix           = "chat-test"
    stage            = "test"
    routes           = { ping = { function = "fallback", route_response = true } }
    functions        = { fallback = { function_name = "chat-test-fallback", qualifier = "live", invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:chat-test-fallback:live/invocations" } }
    throttling       = { rate = 10, burst = 5 }
    route_throttling = { pong = { rate = 1, burst = 1 } }
    domain           = null
    kms_key_arn      = "arn:aws:kms:eu-central-1:123456789012:key/1"
  }

  expect_failures = [var.route_throttling]
}
