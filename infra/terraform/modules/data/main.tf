resource "aws_dynamodb_table" "main" {
  for_each = var.tables

  name                        = "${var.prefix}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partition_key
  range_key                   = each.value.sort_key
  deletion_protection_enabled = each.value.deletion_protection && var.deletion_protection

  stream_enabled   = try(each.value.stream, false)
  stream_view_type = try(each.value.stream, false) ? "NEW_AND_OLD_IMAGES" : null

  dynamic "attribute" {
    for_each = toset(concat(
      [each.value.partition_key, each.value.sort_key],
      flatten([for index in try(each.value.indexes, {}) : [index.partition_key, index.sort_key]]),
    ))

    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = try(each.value.indexes, {})

    content {
      name               = global_secondary_index.key
      projection_type    = try(length(global_secondary_index.value.projection) > 0 ? "INCLUDE" : "KEYS_ONLY", "ALL")
      non_key_attributes = try(length(global_secondary_index.value.projection) > 0 ? global_secondary_index.value.projection : null, null)

      key_schema {
        attribute_name = global_secondary_index.value.partition_key
        key_type       = "HASH"
      }
      key_schema {
        attribute_name = global_secondary_index.value.sort_key
        key_type       = "RANGE"
      }
    }
  }

  dynamic "ttl" {
    for_each = try([each.value.ttl_attribute], [])

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}
