"""How filling the emulator is told."""

from collections.abc import Callable

ReportChange = Callable[[str], None]
"""Takes one line about each change, such as `created table chat-local-messages`."""
