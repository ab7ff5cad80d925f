"""`python -m infra.chatctl`: the same as `chatctl`."""

from infra.chatctl.cli import main

main()
