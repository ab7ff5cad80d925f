"""Requests for S3 buckets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import REGION, Values


def bucket(client: Client, values: Values) -> Made:
    s3, name = client("s3"), values["bucket"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def delete() -> None:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
        s3.delete_bucket(Bucket=name)

    return Made(delete=delete)


def bucket_setting(
    call: str, parameter: str, setting: Callable[[Values], Any], client: Client, values: Values
) -> Made:
    getattr(client("s3"), call)(Bucket=values["bucket"], **{parameter: setting(values)})
    return Made()
