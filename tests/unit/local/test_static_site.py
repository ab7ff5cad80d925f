"""The built page is served for every path that names no file, and never kept."""

import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

from infra.local.static_site import HOST, SinglePage


def test_a_path_that_names_no_file_is_the_page_and_nothing_is_kept(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret").write_text("a secret")
    (site / "index.html").write_text("the page")
    (site / "script.js").write_text("a script")
    with ThreadingHTTPServer((HOST, 0), partial(SinglePage, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = {}
        for path in ("script.js", "rooms/ops", "../secret"):
            with urlopen(f"http://{HOST}:{server.server_port}/{path}", timeout=60) as answer:
                told[path] = answer.read().decode(), answer.headers["Cache-Control"]
        server.shutdown()

    page = ("the page", "no-store")
    assert told == {"script.js": ("a script", "no-store"), "rooms/ops": page, "../secret": page}
