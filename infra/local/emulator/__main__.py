"""`python -m infra.local.emulator`: MiniStack, which only programs and this stack's page may ask.

`ALLOWED_ORIGINS` (comma separated) are the origins of that page; MiniStack's own variables hold as well.
"""

import os

from ministack import app as ministack

from infra.local.emulator.guard import guarded
from infra.local.emulator.streams import poll_streams_apart
from infra.local.emulator.waits import shorten_waits

shorten_waits()
poll_streams_apart()
ministack.app = guarded(ministack.app, os.environ.get("ALLOWED_ORIGINS", "").split(","))
ministack.main()
