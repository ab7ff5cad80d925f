"""`@connections` as botocore's client and plain HTTP see it."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import aiohttp
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from websockets.asyncio.client import ClientConnection, connect

from infra.edge.events import Event
from infra.edge.faults import Fault
from infra.edge.server import Edge, serve_edge
from infra.edge.settings import EdgeSettings
from shared.aws.callback import CallbackClient, Frame
from shared.aws.sigv4 import StaticCredentials
from tests.unit.edge.conftest import PATIENCE_SECONDS, ROUTES, SIGNED, Functions, StartEdge, heard

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

CREDENTIALS = {"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


@asynccontextmanager
async def joined(edge: Edge, functions: Functions) -> AsyncIterator[tuple[ClientConnection, str]]:
    """A connected client and its connection id."""
    async with connect(edge.websocket_url, user_agent_header="test/1") as client:
        event = await functions.event("connect")
        yield client, event["requestContext"]["connectionId"]


def at(edge: Edge, connection_id: str) -> str:
    return f"{edge.callback_url}/@connections/{quote(connection_id, safe='')}"


@asynccontextmanager
async def management_api(
    edge: Edge, secret: str = CREDENTIALS["AKIDEXAMPLE"]
) -> AsyncIterator["ApiGatewayManagementApiClient"]:
    client = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=edge.callback_url,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        yield client
    finally:
        client.close()


async def test_the_fan_outs_client_posts_closes_and_is_told_who_is_gone(
    start_edge: StartEdge, functions: Functions
) -> None:
    def answers_to(connection_id: str) -> list[tuple[object, int | None]]:
        client = CallbackClient(
            edge.callback_url,
            region="us-east-1",
            credentials=lambda: StaticCredentials("AKIDEXAMPLE", CREDENTIALS["AKIDEXAMPLE"]),
            max_connections=1,
        )
        ends = []
        for _ in range(2):
            client.post(connection_id, Frame.of(b"hello"), timeout_seconds=PATIENCE_SECONDS, tag="post")
            ends += client.answers(PATIENCE_SECONDS)
            client.close(connection_id, timeout_seconds=PATIENCE_SECONDS, tag="close")
            ends += client.answers(PATIENCE_SECONDS)
        return [(end.tag, end.status) for end in ends]

    async with (
        start_edge(credentials=CREDENTIALS) as edge,
        joined(edge, functions) as (member, connection_id),
    ):
        answers = await asyncio.to_thread(answers_to, connection_id)
        assert await heard(member) == "hello"

    assert answers == [("post", 200), ("close", 204), ("post", 410), ("close", 410)]


class TestWithBotocore:
    @pytest.fixture
    async def edge(self, start_edge: StartEdge) -> AsyncIterator[Edge]:
        async with start_edge(credentials=CREDENTIALS) as edge:
            yield edge

    async def test_a_post_arrives_as_a_text_frame(self, edge: Edge, functions: Functions) -> None:
        async with joined(edge, functions) as (client, connection_id), management_api(edge) as api:
            await asyncio.to_thread(api.post_to_connection, ConnectionId=connection_id, Data=b"hello")
            assert await heard(client) == "hello"

    async def test_a_connection_is_described(self, edge: Edge, functions: Functions) -> None:
        async with joined(edge, functions) as (_, connection_id), management_api(edge) as api:
            described = await asyncio.to_thread(api.get_connection, ConnectionId=connection_id)

        assert described["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "test/1"}
        assert described["ConnectedAt"] <= described["LastActiveAt"]

    async def test_deleting_closes_with_1000_tells_disconnect_and_the_id_is_gone(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with joined(edge, functions) as (client, connection_id), management_api(edge) as api:
            await asyncio.to_thread(api.delete_connection, ConnectionId=connection_id)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await client.wait_closed()
            context = (await functions.event("disconnect"))["requestContext"]
            with pytest.raises(api.exceptions.GoneException):
                await asyncio.to_thread(api.post_to_connection, ConnectionId=connection_id, Data=b"x")

        assert client.close_code == 1000
        assert (context["disconnectStatusCode"], context["disconnectReason"]) == (
            1000,
            "Connection Closed Normally",
        )

    async def test_what_a_client_says_after_it_was_closed_is_nobodys(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with joined(edge, functions) as (client, connection_id), management_api(edge) as api:
            client.transport.pause_reading()  # it does not know yet that it is closed
            await asyncio.to_thread(api.delete_connection, ConnectionId=connection_id)
            for _ in range(10):
                await client.send('{"action":"tell"}')
            await functions.event("disconnect")

            assert functions.calls("tell") == 0
            client.transport.abort()

    async def test_each_operation_on_an_unknown_id_is_gone(self, edge: Edge) -> None:
        async with management_api(edge) as api:
            for call in (
                lambda: api.post_to_connection(ConnectionId="unknown=", Data=b"x"),
                lambda: api.get_connection(ConnectionId="unknown="),
                lambda: api.delete_connection(ConnectionId="unknown="),
            ):
                with pytest.raises(api.exceptions.GoneException):
                    await asyncio.to_thread(call)

    async def test_128_kb_are_delivered_and_one_byte_more_is_too_large(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with joined(edge, functions) as (client, connection_id), management_api(edge) as api:
            largest = b"x" * 128 * 1024
            await asyncio.to_thread(api.post_to_connection, ConnectionId=connection_id, Data=largest)
            assert len(await heard(client)) == 128 * 1024
            with pytest.raises(api.exceptions.PayloadTooLargeException):
                await asyncio.to_thread(
                    api.post_to_connection, ConnectionId=connection_id, Data=largest + b"x"
                )

    @pytest.mark.parametrize(
        ("status", "name"),
        [
            (403, "ForbiddenException"),
            (410, "GoneException"),
            (413, "PayloadTooLargeException"),
            (429, "LimitExceededException"),
            (500, "InternalServerException"),
        ],
    )
    async def test_an_injected_status_raises_the_exception_of_that_status(
        self, edge: Edge, status: int, name: str
    ) -> None:
        edge.faults.set([Fault(action="status", status=status)], now=0.0)
        async with management_api(edge) as api:
            with pytest.raises(ClientError) as failure:
                await asyncio.to_thread(api.post_to_connection, ConnectionId="a=", Data=b"x")

        assert failure.value.response["Error"]["Code"] == name
        assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == status

    async def test_a_wrong_secret_is_refused(self, edge: Edge, functions: Functions) -> None:
        async with joined(edge, functions) as (_, connection_id), management_api(edge, "wrong") as api:
            with pytest.raises(ClientError, match="InvalidSignatureException"):
                await asyncio.to_thread(api.post_to_connection, ConnectionId=connection_id, Data=b"x")


class TestPosts:
    async def test_an_unsigned_request_is_refused_and_delivers_nothing(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with joined(edge, functions) as (client, connection_id):
            async with http.post(
                at(edge, connection_id), data=b"unsigned", headers={"Authorization": ""}
            ) as response:
                assert response.status == 403
                assert await response.json() == {"message": "Missing Authentication Token"}
            async with http.post(at(edge, connection_id), data=b"signed") as response:
                assert response.status == 200
            assert await heard(client) == "signed"

    async def test_a_method_that_connections_do_not_have_is_refused(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with (
            joined(edge, functions) as (_, connection_id),
            http.put(at(edge, connection_id), data=b"x") as response,
        ):
            assert response.status == 403

    @pytest.mark.parametrize("path", ["/other/@connections/a%3D", "/local/connections/a%3D", "/local", "/"])
    async def test_another_path_is_forbidden(
        self, edge: Edge, http: aiohttp.ClientSession, path: str
    ) -> None:
        async with http.post(f"http://{urlsplit(edge.callback_url).netloc}{path}") as response:
            assert response.status == 403

    async def test_a_body_beyond_what_http_reads_at_once_is_too_large_too(
        self, edge: Edge, http: aiohttp.ClientSession
    ) -> None:
        async with http.post(at(edge, "a="), data=io.BytesIO(b"x" * 3_000_000)) as response:
            assert response.status == 413
            assert response.headers["x-amzn-ErrorType"] == "PayloadTooLargeException"

    async def test_the_path_may_be_percent_encoded_or_not(self, edge: Edge, functions: Functions) -> None:
        async with joined(edge, functions) as (client, connection_id):
            parts = urlsplit(edge.callback_url)
            for path in (
                f"/local/@connections/{connection_id}",
                f"/local/%40connections/{quote(connection_id, safe='')}",
            ):
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n"
                writer.write(
                    f"{head}Connection: close\r\nAuthorization: {SIGNED['Authorization']}\r\n\r\nhi".encode()
                )
                assert (await reader.readline()).startswith(b"HTTP/1.1 200")
                assert await heard(client) == "hi"
                writer.close()
                await writer.wait_closed()

    async def test_posts_arrive_in_the_order_of_their_acceptance(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with joined(edge, functions) as (client, connection_id):
            for number in range(100):
                async with http.post(at(edge, connection_id), data=str(number).encode()) as response:
                    assert response.status == 200
            assert [await heard(client) for _ in range(100)] == [str(number) for number in range(100)]

    async def test_a_connection_cannot_be_posted_to_before_its_handshake_ended(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async def post_to_oneself(event: Event) -> object:
            async with http.post(
                at(edge, event["requestContext"]["connectionId"]), data=b"early"
            ) as response:
                statuses.append(response.status)
            return {"statusCode": 200}

        statuses: list[int] = []
        functions.answers["connect"] = post_to_oneself
        async with connect(edge.websocket_url):
            pass

        assert statuses == [410]

    async def test_a_client_that_does_not_read_fills_its_buffer_and_only_its_own(
        self, start_edge: StartEdge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with (
            start_edge(limits={"send_buffer_bytes": 200_000}) as edge,
            joined(edge, functions) as (slow, slow_id),
            joined(edge, functions) as (quick, quick_id),
        ):
            slow.transport.pause_reading()
            statuses: list[int] = []
            while 429 not in statuses:
                assert len(statuses) < 1000, "the buffer never filled"
                async with http.post(at(edge, slow_id), data=b"x" * 100_000) as response:
                    statuses.append(response.status)
                    answer = await response.json() if response.status == 429 else None
            async with http.post(at(edge, quick_id), data=b"quick") as response:
                assert response.status == 200

            assert answer == {"message": "Limit Exceeded"}
            assert await heard(quick) == "quick"
            slow.transport.resume_reading()
            received = [await heard(slow) for _ in range(statuses.count(200))]
            assert {len(frame) for frame in received} == {100_000}

    async def test_a_client_that_does_not_read_can_still_be_closed(
        self, start_edge: StartEdge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with (
            start_edge(limits={"send_buffer_bytes": 50_000_000}) as edge,
            joined(edge, functions) as (slow, slow_id),
        ):
            slow.transport.pause_reading()
            for _ in range(200):
                async with http.post(at(edge, slow_id), data=b"x" * 100_000) as response:
                    assert response.status == 200
            async with http.delete(at(edge, slow_id)) as response:
                assert response.status == 204
            async with http.post(at(edge, slow_id), data=b"x") as response:
                assert response.status == 410
            event = await functions.event("disconnect")
            assert event["requestContext"]["connectionId"] == slow_id
            slow.transport.abort()


class TestFaults:
    async def test_a_refused_request_ends_without_an_answer_and_delivers_nothing(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with joined(edge, functions) as (client, connection_id):
            edge.faults.set([Fault(action="refuse", count=1)], now=0.0)
            # The statuses of a fault must be the edge's, so no client of its own accord may try again.
            assert await raw_post(edge, connection_id, b"lost") == b""
            async with http.post(at(edge, connection_id), data=b"later") as response:
                assert response.status == 200
            assert await heard(client) == "later"

    async def test_a_reset_request_is_carried_out_and_its_answer_breaks_off(
        self, edge: Edge, functions: Functions
    ) -> None:
        async with joined(edge, functions) as (client, connection_id):
            edge.faults.set([Fault(action="reset")], now=0.0)
            answer = await raw_post(edge, connection_id, b"delivered")

            assert answer.startswith(b"HTTP/1.1 200")
            assert b"Content-Length: 64" in answer
            assert len(answer.partition(b"\r\n\r\n")[2]) < 64
            assert await heard(client) == "delivered"

    async def test_a_delayed_request_is_overtaken_by_another(
        self, edge: Edge, functions: Functions, http: aiohttp.ClientSession
    ) -> None:
        async with joined(edge, functions) as (client, connection_id):
            edge.faults.set([Fault(action="delay", delay_ms=300, count=1)], now=0.0)

            async def post(body: bytes) -> None:
                async with http.post(at(edge, connection_id), data=body) as response:
                    assert response.status == 200

            async with asyncio.TaskGroup() as posts:
                posts.create_task(post(b"delayed"))
                await until(lambda: edge.faults.listed()[0]["met"] == 1)
                posts.create_task(post(b"prompt"))

            assert [await heard(client), await heard(client)] == ["prompt", "delayed"]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.001)


async def raw_post(edge: Edge, connection_id: str, body: bytes) -> bytes:
    """Everything the edge answers before it ends the TCP connection."""
    parts = urlsplit(edge.callback_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = f"POST {parts.path}/@connections/{quote(connection_id, safe='')} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    writer.write(
        f"{head}Content-Length: {len(body)}\r\nAuthorization: {SIGNED['Authorization']}\r\n\r\n".encode()
        + body
    )
    answer = b""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while chunk := await reader.read(4096):
                answer += chunk
    except ConnectionResetError:
        pass
    finally:
        writer.close()
    return answer


async def test_who_invokes_is_told_of_a_connection_that_the_back_end_closes(
    functions: Functions, http: aiohttp.ClientSession
) -> None:
    told: list[str] = []
    settings = EdgeSettings.model_validate({"routes": ROUTES})
    async with (
        serve_edge(settings, functions, on_closing=told.append) as edge,
        joined(edge, functions) as (client, connection_id),
    ):
        async with http.delete(at(edge, connection_id)) as response:
            assert response.status == 204
        async with asyncio.timeout(PATIENCE_SECONDS):
            await client.wait_closed()

        assert told == [connection_id]
