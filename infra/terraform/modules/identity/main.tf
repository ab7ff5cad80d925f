data "aws_region" "current" {}

resource "aws_cognito_user_pool" "main" {
  name                     = "${var.prefix}-users"
  user_pool_tier           = var.tier
  deletion_protection      = var.deletion_protection ? "ACTIVE" : "INACTIVE"
  alias_attributes         = ["email"]
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OPTIONAL"

  software_token_mfa_configuration {
    enabled = true
  }

  username_configuration {
    case_sensitive = false
  }

  password_policy {
    minimum_length                   = 10
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = false
    temporary_password_validity_days = 3
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true

    string_attribute_constraints {
      max_length = "2048"
      min_length = "0"
    }
  }

  schema {
    name                = "nickname"
    attribute_data_type = "String"
    required            = false
    mutable             = true

    string_attribute_constraints {
      max_length = "2048"
      min_length = "0"
    }
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  dynamic "user_pool_add_ons" {
    for_each = var.threat_protection == "OFF" ? [] : [var.threat_protection]

    content {
      advanced_security_mode = user_pool_add_ons.value
    }
  }

  lifecycle {
    # A standard attribute cannot be changed, and AWS reports it with more fields than were given.
    ignore_changes = [schema]
  }
}

# The page in the browser: no secret, the password never leaves it (SRP).
resource "aws_cognito_user_pool_client" "web" {
  name            = "${var.prefix}-web"
  user_pool_id    = aws_cognito_user_pool.main.id
  generate_secret = false

  # The last one needs AWS credentials: the smoke test after a deployment signs in by it.
  explicit_auth_flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"]

  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  read_attributes               = ["email", "email_verified", "nickname"]
  write_attributes              = ["email", "nickname"]
  id_token_validity             = var.token_minutes
  access_token_validity         = var.token_minutes
  refresh_token_validity        = 14

  token_validity_units {
    id_token      = "minutes"
    access_token  = "minutes"
    refresh_token = "days"
  }
}
