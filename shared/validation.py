"""How input that does not fit a pydantic model is told."""

from pydantic import ValidationError


def first_fault(error: ValidationError, whole: str = "") -> str:
    """Describe the first fault as `location: message`, where `whole` is the location of the whole input.

    The input itself is left out: it may be secret, or hostile.
    """
    fault = error.errors(include_input=False, include_url=False)[0]
    location = ".".join(str(part) for part in fault["loc"]) or whole
    return f"{location}: {fault['msg']}" if location else fault["msg"]
