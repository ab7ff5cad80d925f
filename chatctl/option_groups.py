"""Options that several commands share, declared once: a dataclass with an annotated field for each."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_type_hints


def flatten_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command for typer: a dataclass parameter becomes one option for each of its fields."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}

    def flattened(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        hint = hints[parameter.name]
        parameters += _options_of(hint) if parameter.name in groups else [parameter.replace(annotation=hint)]
    # Keyword-only: a field with a default may stand before a parameter without one. Typer passes keywords.
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    flattened.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]  # what inspect looks for
    flattened.__annotations__ = {each.name: each.annotation for each in keywords}
    flattened.__name__, flattened.__doc__ = command.__name__, command.__doc__
    return flattened


def _options_of(group: type) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        yield inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=_default(field), annotation=hints[field.name]
        )


def _default(field: "Field[Any]") -> Any:
    return inspect.Parameter.empty if field.default is MISSING else field.default
