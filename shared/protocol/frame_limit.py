"""How long a frame to a client may be."""

import os

from pydantic import Field

from shared.settings import Settings, load


class FrameSettings(Settings):
    """API Gateway's quotas are 32 KB a WebSocket frame and 128 KB a message, for `@connections` as well.

    Whether it splits a longer message into frames is not documented; if not, the connection is closed.
    The envelope of a page or a batch has the rest.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
    """

    frame_limit_bytes: int = Field(default=32_000, ge=1_024, le=96 * 1024)


# The same in every invocation, and the layers between a handler and its frames have no use for it.
FRAME_LIMIT_BYTES = load(FrameSettings, os.environ).frame_limit_bytes
