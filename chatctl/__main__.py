"""`python -m chatctl`: the same as `chatctl`."""

from chatctl.cli import main

main()
