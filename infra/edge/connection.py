"""One client's WebSocket connection, how it is idle and how it ended."""

import asyncio
import time

from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode

from infra.edge.events import Client

# As recorded in $disconnect events: aws/chalice#2060 (1000), aws-lambda-rust-runtime's fixture (1005). The
# other two are ours: AWS documents none.
DISCONNECT_REASONS = {
    1000: "Connection Closed Normally",
    1001: "Going away",
    1005: "Client-side close frame status not set",
    1006: "Connection closed abnormally",
}
ABNORMAL_CLOSURE = 1006  # RFC 6455, 7.1.5: no close frame was seen


class ClientConnection(ServerConnection):
    """A client's WebSocket with what API Gateway keeps of it.

    Attributes:
        last_active: epoch seconds.
        is_ended: the edge has begun to close it; what the client still says is nobody's any more.
    """

    client: Client
    last_active: float = 0.0
    is_ended: bool = False
    _ignored_bytes: int = 0
    sub_protocol: str | None = None

    def data_received(self, data: bytes) -> None:
        """Note that the client lives, then read."""
        # Here, not where messages are read, so that a client's ping counts as activity too.
        self.last_active = time.time()
        if self.is_ended and self._talks_on(len(data)):
            self.transport.abort()
            return
        super().data_received(data)

    def _talks_on(self, length: int) -> bool:
        """Whether a client that is being closed says more than one message could have been under way."""
        self._ignored_bytes += length
        most = self.protocol.max_message_size
        return most is not None and self._ignored_bytes > most

    @property
    def buffered_bytes(self) -> int:
        """What waits in this process because the client does not read fast enough."""
        return self.transport.get_write_buffer_size()

    async def end(self, code: CloseCode) -> None:
        """Close, within the time for a closing handshake, also if the client does not even read."""
        self.is_ended = True
        try:
            async with asyncio.timeout(self.close_timeout):
                await self.close(code, DISCONNECT_REASONS.get(code, ""))
        except TimeoutError:
            self.transport.abort()

    @property
    def ending(self) -> tuple[int, str]:
        """Code and reason of a closed connection: those of the side that closed first."""
        closed = self.protocol.close_exc
        frame = closed.rcvd if closed.rcvd_then_sent else closed.sent or closed.rcvd
        if frame is None:
            return ABNORMAL_CLOSURE, DISCONNECT_REASONS[ABNORMAL_CLOSURE]
        return frame.code, frame.reason or DISCONNECT_REASONS.get(frame.code, "")
