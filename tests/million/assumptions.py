"""What the model is made of, as a person reads it: each figure and where it is from."""

from dataclasses import dataclass

import yaml

from tests.million.data import FILE


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure of the model as a person reads it, and where it is from."""

    name: str
    figure: str
    source: str

    @property
    def is_assumed(self) -> bool:
        """Return whether nobody published or measured it."""
        return "assumed" in self.source


def assumptions() -> list[Assumption]:
    """Return every figure of the file, in its order."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [
        Assumption(
            name,
            f"{each['p50']} / {each['p99']} ms" if "p50" in each else f"{each['value']:,}",
            each["source"],
        )
        for part in read.values()
        for name, each in part.items()
    ]
