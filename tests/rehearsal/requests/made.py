"""What creating a resource gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Made:
    """`facts` are the attributes that only AWS knows; `delete` undoes it."""

    facts: Mapping[str, str] = field(default_factory=dict)
    delete: Callable[[], Any] = lambda: None
