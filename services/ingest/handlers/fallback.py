"""`$default`: frames for no other route."""

import os
from collections.abc import Mapping

from shared.observability import Handler, observability
from shared.protocol.frames import Frame
from shared.protocol.refusals import UnknownAction
from shared.protocol.replies import Reply
from shared.websocket import answering


def build(_environ: Mapping[str, str]) -> Handler:
    """Return the handler, which needs nothing of its environment."""

    def act(_frame: Frame, _connection_id: str) -> Reply | None:
        raise UnknownAction("there is no such action")

    return answering(act, observability("ingest"))


handler = build(os.environ)
