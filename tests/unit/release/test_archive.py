"""The same files make the same bytes."""

import io
import os
import zipfile
from pathlib import Path

from infra.release.packaging.archive import archive


def test_neither_order_nor_times_nor_modes_change_the_archive(tmp_path: Path) -> None:
    first, second = tmp_path / "a.py", tmp_path / "b.so"
    first.write_text("a")
    second.write_text("b")
    before = archive({"a.py": first, "b.so": second})

    os.utime(first, (1, 1))
    first.chmod(0o600)

    assert archive({"b.so": second, "a.py": first}) == before


def test_libraries_may_be_run_and_all_may_be_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    content = archive({"module.py": file, "library.cpython-313.so": file, "libssl.so.3": file})

    modes = {
        entry.filename: entry.external_attr >> 16 & 0o777
        for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()
    }
    assert modes == {"module.py": 0o644, "library.cpython-313.so": 0o755, "libssl.so.3": 0o755}
