data "aws_cloudfront_cache_policy" "long" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_cache_policy" "none" {
  name = "Managed-CachingDisabled"
}

locals {
  bucket_origin = "bucket"
}

resource "aws_cloudfront_origin_access_control" "main" {
  name                              = "${var.prefix}-web"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# A path without a dot is one of the page's own: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/example_cloudfront_functions_url_rewrite_single_page_apps_section.html
resource "aws_cloudfront_function" "page_paths" {
  name    = "${var.prefix}-page-paths"
  runtime = "cloudfront-js-2.0"
  code    = file("${path.module}/page-paths.js")
}

# Dialogs and the emoji picker style themselves, hence 'unsafe-inline' for styles, and for nothing else.
resource "aws_cloudfront_response_headers_policy" "main" {
  # checkov:skip=CKV_AWS_259: all of HSTS but preload, which is for the owner of the whole domain to promise
  name = "${var.prefix}-security"

  security_headers_config {
    content_security_policy {
      override = true
      content_security_policy = join("; ", [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "connect-src ${join(" ", concat(["'self'"], var.connect_origins))}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ])
    }
    strict_transport_security {
      override                   = true
      access_control_max_age_sec = 63072000
      include_subdomains         = true
    }
    content_type_options {
      override = true
    }
    frame_options {
      override     = true
      frame_option = "DENY"
    }
    referrer_policy {
      override        = true
      referrer_policy = "no-referrer"
    }
  }

  custom_headers_config {
    items {
      override = true
      header   = "Permissions-Policy"
      value    = "camera=(), geolocation=(), microphone=()"
    }
    items {
      override = true
      header   = "Cross-Origin-Opener-Policy"
      value    = "same-origin"
    }
  }
}

resource "aws_cloudfront_distribution" "main" {
  # checkov:skip=CKV_AWS_68: static files; WAF covers neither the WebSocket API nor Cognito's sign-in from here
  # checkov:skip=CKV2_AWS_47: as above
  # checkov:skip=CKV_AWS_86: CloudFront's metrics suffice for static files, and access logs hold addresses of people
  # checkov:skip=CKV_AWS_174: TLS 1.2 is set where there is an own domain; CloudFront's own certificate does not let one choose
  # checkov:skip=CKV2_AWS_42: as above
  # checkov:skip=CKV_AWS_310: one bucket in one region, as everything else of an environment
  # checkov:skip=CKV_AWS_374: people chat from everywhere
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  default_root_object = "index.html"
  price_class         = "PriceClass_100"
  aliases             = var.domain[*].name
  comment             = var.prefix

  origin {
    origin_id                = local.bucket_origin
    domain_name              = aws_s3_bucket.main.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.main.id
  }

  # index.html and its like: always asked for, so that a release is seen at once.
  default_cache_behavior {
    target_origin_id           = local.bucket_origin
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.none.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.main.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.page_paths.arn
    }
  }

  # Files with their hash in the name.
  ordered_cache_behavior {
    path_pattern               = "/assets/*"
    target_origin_id           = local.bucket_origin
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.long.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.main.id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.domain == null
    acm_certificate_arn            = one(var.domain[*].certificate_arn)
    ssl_support_method             = var.domain == null ? null : "sni-only"
    minimum_protocol_version       = var.domain == null ? "TLSv1" : "TLSv1.2_2021"
  }
}

resource "aws_route53_record" "main" {
  for_each = var.domain == null ? toset([]) : toset(["A", "AAAA"])

  zone_id = var.domain.zone_id
  name    = var.domain.name
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.main.domain_name
    zone_id                = aws_cloudfront_distribution.main.hosted_zone_id
    evaluate_target_health = false
  }
}
