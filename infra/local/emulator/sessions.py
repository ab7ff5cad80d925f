"""Lets MiniStack register the sessions of functions' roles one after the other.

It looks through all of them each time, while functions that start at once add theirs: one of them failed.
"""

import threading
from collections.abc import Callable
from typing import Any

from ministack.services import sts


def register_one_at_a_time() -> None:
    """Let one thread at a time register a session.

    Raises:
        AttributeError: this MiniStack registers sessions in another way.
    """
    register: Callable[[str, dict[str, Any]], None] = sts.register_session
    one_at_a_time = threading.Lock()

    def register_session(access_key: str, session: dict[str, Any]) -> None:
        with one_at_a_time:
            register(access_key, session)

    sts.register_session = register_session
