"""What a function is before its first release: closed."""

from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Refuse a handshake or frame, and leave jobs and changes where they wait."""
    records = event.get("Records", [])
    if any("messageId" not in record for record in records):
        raise RuntimeError("closed: a stream has no other way to keep its records")
    if records:
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}
    return {"statusCode": 503}
