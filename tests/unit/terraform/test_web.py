"""The front end's delivery: a private bucket, CloudFront, and a page that reaches only its back end."""

from tests.unit.terraform.plan import REGION, Plan, Values


def test_the_page_may_connect_to_itself_the_websocket_api_and_cognito_alone(dev: Plan) -> None:
    api = dev.one("aws_apigatewayv2_api")["id"]

    assert _content_security_policy(dev)["connect-src"] == [
        "'self'",
        f"wss://{api}.execute-api.{REGION}.amazonaws.com",
        f"https://cognito-idp.{REGION}.amazonaws.com",
    ]


def test_nothing_is_allowed_that_is_not_named_and_nobody_may_frame_the_page(dev: Plan) -> None:
    policy = _content_security_policy(dev)

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]


def test_browsers_are_told_to_use_https_for_two_years(dev: Plan) -> None:
    (headers,) = dev.one("aws_cloudfront_response_headers_policy")["security_headers_config"]

    assert headers["strict_transport_security"][0]["access_control_max_age_sec"] == 2 * 365 * 24 * 3600
    assert headers["content_type_options"] == [{"override": True}]


def test_hashed_files_are_cached_and_the_page_is_not(dev: Plan) -> None:
    distribution = dev.one("aws_cloudfront_distribution")
    (page,), (assets,) = distribution["default_cache_behavior"], distribution["ordered_cache_behavior"]

    assert assets["path_pattern"] == "/assets/*"
    assert page["cache_policy_id"] != assets["cache_policy_id"]
    assert page["function_association"][0]["event_type"] == "viewer-request"
    for behaviour in (page, assets):
        assert behaviour["viewer_protocol_policy"] == "redirect-to-https"
        assert behaviour["compress"]
        assert (
            behaviour["response_headers_policy_id"] == dev.one("aws_cloudfront_response_headers_policy")["id"]
        )


def test_nobody_reads_the_bucket_but_cloudfront(dev: Plan) -> None:
    (origin,) = dev.one("aws_cloudfront_distribution")["origin"]

    assert origin["origin_access_control_id"] == dev.one("aws_cloudfront_origin_access_control")["id"]
    assert _settings(dev.one("aws_s3_bucket_public_access_block")) == {True}


def test_the_websocket_api_takes_the_page_origin_alone(dev: Plan, whole: dict[str, Plan]) -> None:
    own = whole["prod"]

    assert _allowed_origins(dev) == f"https://{dev.one('aws_cloudfront_distribution')['domain_name']}"
    assert _allowed_origins(own) == "https://chat.example.com"
    assert (
        own.one("aws_cloudfront_distribution")["viewer_certificate"][0]["minimum_protocol_version"]
        == "TLSv1.2_2021"
    )
    assert own.one("aws_cloudfront_distribution")["aliases"] == ["chat.example.com"]


def test_the_build_is_told_all_variables_it_needs(dev: Plan) -> None:
    variables = dev.outputs["frontend"]

    assert variables.keys() == {
        "VITE_WEBSOCKET_URL",
        "VITE_COGNITO_USER_POOL_ID",
        "VITE_COGNITO_CLIENT_ID",
        "VITE_AWS_REGION",
    }
    assert all(variables.values())


def _content_security_policy(plan: Plan) -> dict[str, list[str]]:
    (headers,) = plan.one("aws_cloudfront_response_headers_policy")["security_headers_config"]
    directives = headers["content_security_policy"][0]["content_security_policy"].split("; ")
    return {
        name: sources.split() for name, _, sources in (directive.partition(" ") for directive in directives)
    }


def _allowed_origins(plan: Plan) -> str:
    return str(plan.of("aws_lambda_function")["connect"]["environment"][0]["variables"]["ALLOWED_ORIGINS"])


def _settings(block: Values) -> set[bool]:
    names = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    return {block[name] for name in names}
