"""What `cold_start` measures as the floor: the AWS clients of a `sendMessage`, and nothing else."""

import os

from shared.aws.clients import aws_session, dynamodb_client, sns_client

session = aws_session()
dynamodb = dynamodb_client(session, os.environ)
sns = sns_client(session)


def handler(_event: dict[str, str], _context: object) -> None:
    """Never called here: a cold start ends before the first call."""
