"""What can go wrong in a way the operator can mend."""


class CommandError(Exception):
    """The message, one line on stderr, is all the operator needs; no traceback is shown."""

    exit_code = 2
