"""Makes `shared/protocol/confusable_table.py` from Unicode's table of characters that look alike.

`python -m tests.support.confusable_table confusables.txt`, with the file of
https://www.unicode.org/Public/security/latest/.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

from infra.repository import ROOT
from shared.protocol.handles import canonical, may_stand_in_a_handle

TABLE = ROOT / "shared" / "protocol" / "confusable_table.py"
_LINE = re.compile(r"^\ufeff?([0-9A-F]+) ;\s*([0-9A-F ]+?) ;\s*MA")
_HEAD = '''"""Characters that look like others, made by `python -m tests.support.confusable_table`.

Of Unicode's `confusables.txt` {version} (https://www.unicode.org/reports/tr39/) what may stand in a handle,
as code points in hexadecimal: `430=61` says that U+0430 looks like U+0061. Copyright Unicode, Inc., under the
Unicode License v3 (https://www.unicode.org/license.txt).
"""

from functools import cache

_PAIRS = """
'''
_TAIL = '''
"""


@cache
def looks_like() -> dict[int, str]:
    """Return by code point what each character looks like."""
    pairs = (pair.split("=") for pair in _PAIRS.split())
    return {int(code, 16): "".join(chr(int(each, 16)) for each in looks.split("+")) for code, looks in pairs}
'''


def module_of(table: str) -> str:
    """Return the source of the module for a `confusables.txt`."""
    version = re.search(r"^# Version: (\S+)", table, re.MULTILINE)
    if version is None:
        raise ValueError("that is no confusables.txt: it has no version")
    pairs = textwrap.fill(" ".join(_pairs(table)), 110, break_long_words=False, break_on_hyphens=False)
    return _HEAD.format(version=version[1]) + pairs + _TAIL


def _pairs(table: str) -> Iterator[str]:
    for line in filter(None, map(_LINE.match, table.splitlines())):
        source = chr(int(line[1], 16))
        # What decomposes is looked at part by part.
        if canonical(source) == source == normalize("NFD", source) and may_stand_in_a_handle(source):
            yield f"{int(line[1], 16):x}=" + "+".join(f"{int(code, 16):x}" for code in line[2].split())


if __name__ == "__main__":
    TABLE.write_text(module_of(Path(sys.argv[1]).read_text(encoding="utf-8")), encoding="utf-8")
