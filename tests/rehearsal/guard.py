"""Refuses what a role may not do, as IAM would: moto knows neither all actions nor conditions."""

from __future__ import annotations

import json
from typing import Any

from tests.rehearsal.account import Account
from tests.unit.terraform.plan import REGION
from tests.unit.terraform.rights.policy import Policy, allowed, listed

GLOBAL_SERVICES = {"iam", "cloudfront", "route53"}
# Operations that IAM authorizes under another name.
AUTHORIZED_AS = {
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:DeleteObjects": "s3:DeleteObject",
    "cloudfront:CreateDistributionWithTags": "cloudfront:CreateDistribution",
}


class NotAllowed(Exception):
    """The role may not do what the deployment asked; the message names the action."""


class Guard:
    """The policies of a role, as they stand in the account."""

    def __init__(self, account: Account, role: str) -> None:
        iam = account.client("iam")
        inline = [
            (name, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        ]
        managed = [
            (policy["PolicyName"], _document(iam, policy["PolicyArn"]))
            for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        ]
        self._policies = [Policy.parse(name, json.dumps(text)) for name, text in (*inline, *managed)]
        self.actions: set[str] = set()

    def watch(self, client: Any) -> Any:
        """Return the client; each of its calls is checked from now on."""
        client.meta.events.register("before-call", self._check)
        return client

    def _check(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        name = model.service_model.service_name
        service = "apigateway" if name == "apigatewayv2" else name
        action = f"{service}:{params['method'] if service == 'apigateway' else model.name}"
        action = AUTHORIZED_AS.get(action, action)
        region = "us-east-1" if service in GLOBAL_SERVICES else REGION
        circumstances = {"aws:RequestedRegion": region, "iam:PassedToService": "lambda.amazonaws.com"}
        granted = {
            resource.replace("*", "some")
            for policy in self._policies
            for statement in policy.statements
            for resource in listed(statement.get("Resource", "*"))
        }
        if not any(allowed(self._policies, action, resource, circumstances) for resource in ("*", *granted)):
            raise NotAllowed(f"the role may not {action}")
        self.actions.add(action)


def _document(iam: Any, arn: str) -> Any:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
