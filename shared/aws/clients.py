"""AWS clients tuned for functions that answer people: quick to make, fail soon, repeat once."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session
from pydantic_core import from_json

from shared.aws.signing import sign_with_signer

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

# botocore waits 60 s by default, longer than any function here lives. At each call it would also look for
# slips of ours, which tests find, and compose a name of many parts to send: a fifth of what a call takes.
_CONFIG = Config(
    parameter_validation=False,
    user_agent="serverless-chat",
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
    tcp_keepalive=True,
)


# For what is better lost than late.
_BEST_EFFORT_CONFIG = _CONFIG.merge(
    Config(read_timeout=1, retries={"mode": "standard", "total_max_attempts": 1})
)
PROMPT_CONNECTIONS = 24  # kept, for as many threads of the fan-out; botocore keeps ten
# For callers with a deadline, which repeat by themselves.
_PROMPT_CONFIG = _CONFIG.merge(
    Config(
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=PROMPT_CONNECTIONS,
    )
)


class _Files(JSONFileLoader):
    """Reads botocore's files, which is most of making a client, by pydantic's parser: three times as fast."""

    def load_file(self, file_path: str) -> Any:
        plain, zipped = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.exists():
            return from_json(plain.read_bytes())
        return from_json(gzip.decompress(zipped.read_bytes())) if zipped.exists() else None


class _Models(Loader):
    """botocore's loader of service models, told which there are: looking itself, it stats 400 folders."""

    FILE_LOADER_CLASS = _Files

    def list_available_services(self, type_name: str) -> list[str]:
        return ["cognito-idp", "dynamodb", "sns", "sqs"]


def aws_session() -> Session:
    """Make what clients share: credentials, and what botocore has read of AWS."""
    session = Session()
    session.register_component("data_loader", _Models())
    return session


def dynamodb_client(session: Session, environ: Mapping[str, str]) -> "DynamoDBClient":
    """Make a client of DynamoDB, at DYNAMODB_ENDPOINT if that is set (DynamoDB Local)."""
    return cast("DynamoDBClient", _client(session, "dynamodb", _CONFIG, environ.get("DYNAMODB_ENDPOINT")))


def prompt_dynamodb_client(session: Session, environ: Mapping[str, str]) -> "DynamoDBClient":
    """Make a client of DynamoDB for callers with a deadline, which repeat themselves: one short attempt."""
    endpoint = environ.get("DYNAMODB_ENDPOINT")
    return cast("DynamoDBClient", _client(session, "dynamodb", _PROMPT_CONFIG, endpoint))


def sns_client(session: Session) -> "SNSClient":
    """Make a client of SNS, in the region and at the endpoint that AWS's own variables name."""
    return cast("SNSClient", _client(session, "sns", _CONFIG))


def best_effort_sns_client(session: Session) -> "SNSClient":
    """Make a client of SNS for what may be lost: one short attempt."""
    return cast("SNSClient", _client(session, "sns", _BEST_EFFORT_CONFIG))


def prompt_sqs_client(session: Session) -> "SQSClient":
    """Make a client of SQS for callers with a deadline, which repeat themselves: one short attempt."""
    return cast("SQSClient", _client(session, "sqs", _PROMPT_CONFIG))


def identity_client(session: Session) -> "CognitoIdentityProviderClient":
    """Cognito, for the canary, which signs in."""
    return cast("CognitoIdentityProviderClient", session.create_client("cognito-idp", config=_CONFIG))


def _client(session: Session, service: str, config: Config, endpoint_url: str | None = None) -> "BaseClient":
    unsigned = config.merge(Config(signature_version=UNSIGNED))
    client = session.create_client(service, config=unsigned, endpoint_url=endpoint_url)
    sign_with_signer(client, session)
    return client
