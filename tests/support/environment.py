"""What a test and a measurement see of the shell that starts them."""

import os

from infra.local.shell import without_foreign
from infra.topology.file import load_topology

_OF_MAKE = {"MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "ARGS", "JOBS", "RERUNS", "SCENARIO"}
_OF_A_TERMINAL = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"}
_LOOPBACK = "127.0.0.1,localhost,::1"


def forget_the_shell() -> None:
    """Leave nothing in this process' environment of an AWS account, a function's variables, colours or make.

    What make hands down is not for the make of a test: a pipeline's RERUNS, for example. Proxies stay, since
    what is fetched from elsewhere may need one; this machine is reached through none.
    """
    proxies = {name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY")}
    not_ours = _OF_MAKE | _OF_A_TERMINAL | set(load_topology().environment)
    kept = without_foreign(os.environ) | proxies | {"NO_PROXY": _LOOPBACK, "no_proxy": _LOOPBACK}
    os.environ.clear()
    os.environ.update({name: value for name, value in kept.items() if name not in not_ours})
