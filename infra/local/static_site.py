"""`python -m infra.local.static_site FOLDER PORT`: serves a single-page application's build on loopback."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOST = "127.0.0.1"


class SinglePage(SimpleHTTPRequestHandler):
    """Files of the build, and index.html for every other path, as CloudFront does on AWS."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        """Return the file for a path; the page itself for a path that names none."""
        found = super().translate_path(path)
        return found if Path(found).exists() else str(Path(self.directory, "index.html"))

    def end_headers(self) -> None:
        """Add the headers that every answer has."""
        # The next run serves another build, with other addresses in it, under the same URL.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its name in http.server
        """Nothing: who fetches which file of the page is of no interest."""


def main() -> None:
    """Serve until killed."""
    folder, port = sys.argv[1:]
    ThreadingHTTPServer((HOST, int(port)), partial(SinglePage, directory=folder)).serve_forever()


if __name__ == "__main__":
    main()
