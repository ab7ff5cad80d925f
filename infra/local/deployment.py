"""The one deployment on this machine: its names, and what its functions must know of their surroundings."""

from dataclasses import dataclass

from infra.local.stack_file import AuthMode
from infra.topology.deployment import Deployment
from infra.topology.model import Topology

LOCAL_ENVIRONMENT = "local"
LOCAL_REGION = "us-east-1"
LOCAL_ACCOUNT = "000000000000"  # the emulator's account for the key `test`
LOCAL_API_ID = "localedge1"


@dataclass(frozen=True)
class LocalSettings:
    """What differs between two stacks on this machine.

    Attributes:
        aws_endpoint_url: the emulator.
        websocket_url: the edge, with its stage.
        callback_url: `@connections` of the edge, with its stage.
        auth_mode: `cognito`, or `mock`, which believes every name.
        allowed_origins: comma separated.
        dynamodb_endpoint: DynamoDB Local, where that holds the tables instead of the emulator.
    """

    aws_endpoint_url: str
    websocket_url: str
    callback_url: str
    auth_mode: AuthMode
    allowed_origins: str
    dynamodb_endpoint: str | None = None


def local_deployment(topology: Topology) -> Deployment:
    """Return the names and ARNs that every stack on this machine has."""
    return Deployment(topology.project, LOCAL_ENVIRONMENT, LOCAL_REGION, LOCAL_ACCOUNT, LOCAL_API_ID)
