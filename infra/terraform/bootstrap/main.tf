# Once for an account: where Terraform keeps its state, and whom GitHub Actions may become.
# Its own state stays with whoever ran it; everything here can be imported anew.
provider "aws" {
  default_tags {
    tags = { project = local.project, managed-by = "terraform" }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  project = yamldecode(file("${path.module}/../../topology/topology.yaml")).project
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region
}

resource "aws_s3_bucket" "state" {
  # checkov:skip=CKV_AWS_18: only who deploys may read it, and it holds no secret
  # checkov:skip=CKV_AWS_144: versions guard against loss; what is described lives in this region alone
  # checkov:skip=CKV_AWS_145: the state holds no secret; S3's own key encrypts it
  # checkov:skip=CKV2_AWS_62: nobody waits for a new state
  bucket = "${local.project}-terraform-state-${local.account}"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "old-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}

data "aws_iam_policy_document" "state" {
  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = data.aws_iam_policy_document.state.json

  depends_on = [aws_s3_bucket_public_access_block.state]
}
