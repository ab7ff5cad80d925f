"""Files that hold one pydantic model as JSON, with keys in camelCase."""

import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from infra.errors import CommandError
from shared.validation import first_fault

FOR_THE_OWNER = 0o600
FOR_EVERYBODY = 0o666  # less the umask

M = TypeVar("M", bound="FileModel")


class FileModel(BaseModel):
    """What such a file holds, or a part of it."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )


def write_model(path: Path, model: FileModel, permissions: int = FOR_EVERYBODY) -> None:
    """Write the file in one step, so that nobody reads half of it; make its folder if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)  # it would keep its permissions
    with open(
        draft, "w", opener=lambda name, flags: os.open(name, flags, permissions), encoding="utf-8"
    ) as file:
        file.write(model.model_dump_json(by_alias=True, indent=2) + "\n")
    os.replace(draft, path)


def read_model(path: Path, model: type[M], *, kind: str, if_missing: str) -> M:
    """Read the file.

    Args:
        path: where it is.
        model: what it holds.
        kind: what it is called where it does not fit, such as "a stack file".
        if_missing: what to say where there is none.

    Raises:
        CommandError: there is none, or it does not fit.
    """
    try:
        return model.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandError(if_missing) from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not {kind}: it is not UTF-8") from None
    except ValidationError as error:
        raise CommandError(f"{path} is not {kind}: {first_fault(error)}") from None
