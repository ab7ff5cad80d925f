"""The plain way in Python: boto3, a client shared by 32 threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.bench.posts.workload import Workload, measure

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

THREADS = 32


def warm(workload: Workload) -> "ApiGatewayManagementApiClient":
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=workload.callback_url,
        region_name=workload.region,
        aws_access_key_id=workload.access_key,
        aws_secret_access_key=workload.secret_key,
        aws_session_token=workload.session_token,
        verify=workload.ca_file,
        config=Config(max_pool_connections=THREADS, proxies={}),
    )


def send(
    client: "ApiGatewayManagementApiClient", workload: Workload, connection_ids: list[str]
) -> Iterator[int]:
    body = workload.body.encode()
    with ThreadPoolExecutor(THREADS) as threads:
        yield from threads.map(partial(_post, client, body), connection_ids)


def _post(client: "ApiGatewayManagementApiClient", body: bytes, connection_id: str) -> int:
    try:
        answer = client.post_to_connection(ConnectionId=connection_id, Data=body)
    except ClientError as refused:
        return refused.response["ResponseMetadata"]["HTTPStatusCode"]
    return answer["ResponseMetadata"]["HTTPStatusCode"]


if __name__ == "__main__":
    measure(warm, send)
