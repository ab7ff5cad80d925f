"""`python -m tests.load`: swarms from the command line. See docs/load-testing.md."""

from gevent import monkey

monkey.patch_all()

from tests.load.cli import main  # noqa: E402 # gevent replaces blocking calls before others import them

if __name__ == "__main__":
    main()
