"""How input that does not fit a pydantic model is told."""

from pydantic import ValidationError


def first_fault(error: ValidationError) -> str:
    """Describe the first fault as `location: message`, or by its message where it is about the whole input.

    The input itself is left out: it may be secret, or hostile.
    """
    fault = error.errors(include_input=False)[0]
    location = ".".join(str(part) for part in fault["loc"])
    return f"{location}: {fault['msg']}" if location else fault["msg"]
