"""What a function is before its first release: closed."""


def handler(event: dict, context: object) -> dict:
    """Refuse a handshake or frame, and leave jobs in their queue."""
    if "Records" in event:
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in event["Records"]]}
    return {"statusCode": 503}
