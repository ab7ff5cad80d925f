"""Requests for CloudFront."""

from __future__ import annotations

from functools import partial

from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import Values


def distribution(client: Client, values: Values) -> Made:
    cloudfront = client("cloudfront")
    (origin,) = values["origin"]
    (behaviour,) = values["default_cache_behavior"]
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": values["comment"],
            "Comment": values["comment"],
            "Enabled": values["enabled"],
            "DefaultRootObject": values["default_root_object"],
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": origin["origin_id"],
                        "DomainName": origin["domain_name"],
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                        "OriginAccessControlId": origin["origin_access_control_id"],
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": behaviour["target_origin_id"],
                "ViewerProtocolPolicy": behaviour["viewer_protocol_policy"],
                "CachePolicyId": behaviour["cache_policy_id"],
                "ResponseHeadersPolicyId": behaviour["response_headers_policy_id"],
            },
        }
    )["Distribution"]

    def delete() -> None:
        standing = cloudfront.get_distribution_config(Id=made["Id"])
        config = {**standing["DistributionConfig"], "Enabled": False}
        disabled = cloudfront.update_distribution(
            Id=made["Id"], IfMatch=standing["ETag"], DistributionConfig=config
        )
        cloudfront.delete_distribution(Id=made["Id"], IfMatch=disabled["ETag"])

    return Made({"id": made["Id"], "arn": made["ARN"], "domain_name": made["DomainName"]}, delete)


def origin_access_control(client: Client, values: Values) -> Made:
    cloudfront = client("cloudfront")
    made = cloudfront.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": values["name"],
            "OriginAccessControlOriginType": values["origin_access_control_origin_type"],
            "SigningBehavior": values["signing_behavior"],
            "SigningProtocol": values["signing_protocol"],
        }
    )
    ids = {"Id": made["OriginAccessControl"]["Id"], "IfMatch": made["ETag"]}
    return Made({"id": ids["Id"]}, partial(cloudfront.delete_origin_access_control, **ids))
