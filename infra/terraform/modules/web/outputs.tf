output "origin" {
  description = "Origin of the page, the only one the WebSocket API takes."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.main.domain_name : var.domain.name}"
}

output "bucket" {
  description = "Bucket the build is copied to."
  value       = aws_s3_bucket.main.bucket
}

output "distribution_id" {
  description = "Distribution to invalidate after a release."
  value       = aws_cloudfront_distribution.main.id
}
