"""Telling operators of a refusal: one for no reason of the client's is an error of ours."""

from shared.observability import Observability
from shared.protocol.refusals import ErrorCode, Refusal


def tell(message: str, refusal: Refusal, observe: Observability) -> None:
    """Log a refusal with its reason; count it among the internal errors if it is one."""
    log = observe.logger.warning
    if refusal.code is ErrorCode.INTERNAL:
        observe.count("InternalErrors")
        log = observe.logger.error
    log(message, code=refusal.code.value, reason=refusal.cause)
