terraform {
  required_version = ">= 1.10"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.62"
    }
  }

  # Bucket, key and region are given at `init` (infra/release/terraform.sh): one state per environment.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

# Region and credentials come from the caller (AWS_REGION, AWS_PROFILE or a role).
provider "aws" {
  default_tags {
    tags = {
      project     = local.topology.project
      environment = var.environment
      managed-by  = "terraform"
    }
  }
}
