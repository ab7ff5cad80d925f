"""Functions that start at once get a session each."""

import subprocess
import sys

CODE = """
import threading
from ministack.services import sts
from infra.local.emulator.sessions import register_one_at_a_time

class LookedThrough(dict):
    \"\"\"Sessions, and a second function that starts while the first looks through them.\"\"\"

    def items(self):
        for item in super().items():
            if not second.is_alive() and "second" not in self:
                second.start()
                second.join(0.2)
            yield item

sts._sessions = LookedThrough(early={})
register_one_at_a_time()
second = threading.Thread(target=sts.register_session, args=("second", {}))

sts.register_session("first", {})
second.join()

assert set(sts._sessions) == {"early", "first", "second"}
"""


def test_functions_that_start_at_once_get_a_session_each() -> None:
    """In a process of its own: the emulator's module is changed."""
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=60)
