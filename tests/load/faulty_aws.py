"""A process that stands between the functions and the emulator and lets calls fail as it is told.

`python -m tests.load.faulty_aws URL` prints its own address, then takes the name of a fault a line, an empty
line for none. It is a process of its own because the swarm's is gevent's.
"""

import sys

from tests.integration.aws_proxy import HANG, AwsProxy, Call
from tests.load.faults import FAULTS, CallFault


def main() -> None:
    """Serve until standard input ends."""
    (target,) = sys.argv[1:]
    with AwsProxy(target) as proxy:
        sys.stdout.write(f"{proxy.url}\n")
        sys.stdout.flush()
        for line in sys.stdin:
            fault = FAULTS.get(line.strip())
            proxy.reset()
            if isinstance(fault, CallFault):
                proxy.rule = lambda call, fault=fault: failure_of(call, fault)  # type: ignore[misc]  # defaults bind the loop's values


def failure_of(call: Call, fault: CallFault) -> str | None:
    """Return the error that a call gets under a fault; None if it goes through."""
    return (fault.error or HANG) if call.operation in fault.operations else None


if __name__ == "__main__":
    main()
