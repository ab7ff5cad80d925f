"""Wrong input to the command line is one line and exit code 2."""

import json
import subprocess
import sys

WRONG = {
    "no scenario nonsense": ["run", "nonsense"],
    "--scale": ["run", "smoke", "--scale", "0"],
    "not listed": ["run", "smoke", "--target", "wss://other.example.com/dev"],
    "no stack is running": ["run", "smoke", "--stack", "none.json"],
    "cannot be read": ["compare", "none.json", "none.json"],
}
# Locust takes longer to load than all of them to be refused.
ONE_AFTER_THE_OTHER = """
import contextlib, io, json, sys
from gevent import monkey
monkey.patch_all()
from tests.load.cli import main
ends = {}
for fault, arguments in json.loads(sys.argv[1]).items():
    sys.argv[1:] = arguments
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            main()
        except SystemExit as end:
            ends[fault] = [end.code, said.getvalue()]
print(json.dumps(ends))
"""


def test_wrong_input_is_one_line_and_exit_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER, json.dumps(WRONG)],
        capture_output=True,
        text=True,
        check=True,
    )
    ends = json.loads(done.stdout)

    assert ends.keys() == WRONG.keys()
    for fault, (code, said) in ends.items():
        assert code == 2
        assert fault in said
        assert len(said.strip().splitlines()) == 1
