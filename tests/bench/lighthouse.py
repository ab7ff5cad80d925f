"""Lighthouse's scores of the production build in Chromium, 0 to 100, as a phone and as a desktop.

`sign_in` is the page of a build for Cognito, `conversation` the chat of one who is signed in, with the newest
of 200 messages, beside a server in memory. For the phone Lighthouse simulates a slow network and a processor
four times slower. Goal: 95 each. Where one is missed the audit is repeated, three times in all, and the best
counts: whatever else the machine does only takes points away.
"""

import json
import subprocess
import sys

SCRIPT = "frontend.scripts.audit_page"


def run() -> dict[str, float]:
    output = subprocess.run([sys.executable, "-m", SCRIPT], check=True, capture_output=True, text=True).stdout
    return {f"lighthouse.{name}": float(score) for name, score in json.loads(output).items()}
