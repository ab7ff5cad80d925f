"""What a function is before its first release: closed."""

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Refuse a handshake or frame, and leave jobs in their queue."""
    if "Records" in event:
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in event["Records"]]}
    return {"statusCode": 503}
