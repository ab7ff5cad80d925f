"""Clients of the emulator."""

import os
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
    session = _session_of_nobody()
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


def _session_of_nobody() -> Session:
    """Return a session that takes nothing from the shell and the files of whoever works here.

    A missing profile, FIPS endpoints or a bundle of certificates may be right for an account, and fail here.
    """
    session = Session()
    settings = session.get_component("config_store")
    for name, (_, _, default, _) in Session.SESSION_VARIABLES.items():
        settings.set_config_variable(name, default)
    for name in ("config_file", "credentials_file"):
        settings.set_config_variable(name, os.devnull)
    return session
