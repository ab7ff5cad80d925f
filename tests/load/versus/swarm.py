"""`python -m tests.load.versus.swarm`: one run of the comparison's swarm, in a process of its own."""

from gevent import monkey

monkey.patch_all()

from tests.load.versus.one_run import main  # noqa: E402 # gevent replaces blocking calls before others import them

if __name__ == "__main__":
    main()
