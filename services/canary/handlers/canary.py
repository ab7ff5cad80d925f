"""The canary: signs in, connects twice, sends, receives and reads. Its errors are the alarm."""

import asyncio
import os
import secrets
import time
from collections.abc import Mapping
from typing import Any

from services.canary.conversation import Way, converse
from services.canary.signing_in import canary_in, sign_in
from shared.aws.clients import aws_session, identity_client
from shared.observability import Event, Handler, observability
from shared.settings import Origins, Settings, Text, load

# Of the 60 s that the function has; the rest is for signing in and a cold start.
PATIENCE_SECONDS = 40


class CanarySettings(Settings):
    """`ALLOWED_ORIGINS` is a comma-separated list, the page's first."""

    websocket_url: Text
    allowed_origins: Origins
    cognito_user_pool_id: Text
    cognito_client_id: Text


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""
    settings = load(CanarySettings, environ)
    identity = identity_client(aws_session())
    origin = settings.allowed_origins[0]
    username = canary_in(settings.cognito_user_pool_id)
    observe = observability("canary")

    def handle(_event: Event, _context: Any) -> None:
        token = sign_in(identity, settings.cognito_user_pool_id, settings.cognito_client_id, username)
        way = Way(settings.websocket_url, origin, token, PATIENCE_SECONDS)
        steps: list[str] = []
        start = time.monotonic()
        try:
            message_id = asyncio.run(converse(way, f"canary-{secrets.token_hex(6)}", steps.append))
        except Exception:
            observe.logger.error("no conversation", steps=steps)
            raise
        observe.went_well(
            "conversation", messageId=message_id, milliseconds=round((time.monotonic() - start) * 1000)
        )

    return observe.observed(handle)


handler = build(os.environ)
