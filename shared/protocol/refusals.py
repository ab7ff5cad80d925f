"""Why a frame is refused; each reason is a code of the protocol."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """`data.code` of an error frame."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105 - a code, not a secret
    FORBIDDEN = "FORBIDDEN"
    BANNED = "BANNED"
    MUTED = "MUTED"
    HANDLE_TAKEN = "HANDLE_TAKEN"
    INVALID_FRAME = "INVALID_FRAME"
    INVALID_CONTENT = "INVALID_CONTENT"
    CONTENT_TOO_LONG = "CONTENT_TOO_LONG"
    RATE_LIMITED = "RATE_LIMITED"
    UNKNOWN_ACTION = "UNKNOWN_ACTION"
    INTERNAL = "INTERNAL"


class Refusal(Exception):
    """A frame (or a handshake) is refused; `message` is fit for the client's eyes.

    `retry_after_ms` says after how long the same frame may be taken, where that is known.
    """

    code: ErrorCode

    def __init__(self, message: str, *, retry_after_ms: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_ms = retry_after_ms

    @property
    def cause(self) -> str:
        """For operators: what lies behind it, if anything does."""
        return str(self.__cause__ or self.message)


class Unauthenticated(Refusal):
    """There is no token, or it is not one of ours."""

    code = ErrorCode.UNAUTHENTICATED


class TokenExpired(Refusal):
    """The token was ours and is out of date; the client refreshes it and repeats."""

    code = ErrorCode.TOKEN_EXPIRED


class Forbidden(Refusal):
    """The sender is known and may not do this."""

    code = ErrorCode.FORBIDDEN


class Banned(Refusal):
    """The sender was banned, from a room or altogether."""

    code = ErrorCode.BANNED


class Muted(Refusal):
    """The sender may read but not write in this room for now."""

    code = ErrorCode.MUTED


class HandleTaken(Refusal):
    """Somebody else has that handle, or one that looks like it."""

    code = ErrorCode.HANDLE_TAKEN


class InvalidFrame(Refusal):
    """The frame is not JSON, or not of the shape that its action asks for."""

    code = ErrorCode.INVALID_FRAME


class InvalidContent(Refusal):
    """Nothing is left of the text once it is trimmed, or it holds what is no text."""

    code = ErrorCode.INVALID_CONTENT


class ContentTooLong(Refusal):
    """The text has more characters than a message holds."""

    code = ErrorCode.CONTENT_TOO_LONG


class RateLimited(Refusal):
    """It was too much at once, of this sender or of all; the client waits and repeats."""

    code = ErrorCode.RATE_LIMITED


class UnknownAction(Refusal):
    """No route has this action."""

    code = ErrorCode.UNKNOWN_ACTION


class Unavailable(Refusal):
    """A store or topic did not take it; nothing was acknowledged, the client repeats."""

    code = ErrorCode.INTERNAL


class NotStorable(Unavailable):
    """A store would not take it however often it is repeated: what was asked for is against its rules."""
