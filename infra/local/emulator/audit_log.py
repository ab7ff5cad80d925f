"""The log group of the operators' audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.local.emulator.changes import ReportChange

if TYPE_CHECKING:
    from types_boto3_logs import CloudWatchLogsClient


def apply_audit_log(logs: CloudWatchLogsClient, name: str, days: int, report: ReportChange) -> None:
    """Create the log group where it is missing, and keep its lines for `days`."""
    found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    standing = next((group for group in found if group["logGroupName"] == name), None)
    if standing is None:
        logs.create_log_group(logGroupName=name)
        report(f"created log group {name}")
    if standing is None or standing.get("retentionInDays") != days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
        report(f"log group {name} keeps {days} days")
