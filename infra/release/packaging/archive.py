"""Zips that come out byte for byte the same from the same files."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can hold
READABLE_FILE = 0o100644 << 16
RUNNABLE_FILE = 0o100755 << 16


def archive(files: Mapping[str, Path]) -> bytes:
    """Zip `files` (path in the zip → file): sorted, with one fixed time and mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that Lambda honours the mode on every build machine
            entry.external_attr = RUNNABLE_FILE if ".so" in Path(name).suffixes else READABLE_FILE
            target.writestr(entry, files[name].read_bytes())
    return buffer.getvalue()
