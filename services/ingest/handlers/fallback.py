"""`$default`: frames for no other route."""

import os
from collections.abc import Mapping

from shared.aws.clients import aws_session, dynamodb_client
from shared.observability import Handler, observability
from shared.protocol.frames import Frame
from shared.protocol.refusals import UnknownAction
from shared.protocol.replies import Reply
from shared.tolerance import tolerance_of
from shared.websocket import answering


def build(environ: Mapping[str, str]) -> Handler:
    """Return the handler for this environment. Raises ConfigurationError."""

    def act(_frame: Frame, _connection_id: str) -> Reply | None:
        raise UnknownAction("there is no such action")

    session = aws_session()
    tolerance = tolerance_of(environ, session, dynamodb_client(session, environ))
    return answering(act, observability("ingest"), tolerance)


handler = build(os.environ)
