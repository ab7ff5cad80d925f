"""Clients of the emulator."""

from typing import Any

from botocore.config import Config
from botocore.session import Session

from infra.clients import Clients

# The emulator takes any key; this one is its account 000000000000.
LOCAL_KEY = "test"


def local_clients(aws_endpoint_url: str, region: str, dynamodb_endpoint: str | None = None) -> Clients:
    """Return clients of an emulator on this machine: short time-outs, one retry, no credentials looked up.

    `dynamodb_endpoint` is DynamoDB Local, where that holds the tables.
    """
    session = Session()
    session.set_credentials(LOCAL_KEY, LOCAL_KEY)
    config = Config(
        connect_timeout=2,
        read_timeout=30,
        retries={"total_max_attempts": 2, "mode": "standard"},
        proxies={},
    )

    def create(service: str, endpoint_url: str | None = None) -> Any:
        own = dynamodb_endpoint if service == "dynamodb" else None
        return session.create_client(
            service, region_name=region, endpoint_url=endpoint_url or own or aws_endpoint_url, config=config
        )

    return Clients(create)
