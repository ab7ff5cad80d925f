"""`python -m infra.local.emulator`: MiniStack, which only programs and this stack's page may ask.

`ALLOWED_ORIGINS` (comma separated) are the origins of that page; MiniStack's own variables hold as well.
"""

import os

from ministack import app as ministack

from infra.local.emulator.few_workers import run_few_batches
from infra.local.emulator.guard import guarded
from infra.local.emulator.handing import hand_over_directly
from infra.local.emulator.idle_queues import pass_by_empty_queues
from infra.local.emulator.kept_threads import keep_threads
from infra.local.emulator.metric_feed import feed_invocations, with_feed
from infra.local.emulator.parsed import parse_once
from infra.local.emulator.principals import remember_principals
from infra.local.emulator.retention import forget_old_logs, forget_old_metrics
from infra.local.emulator.server import serve
from infra.local.emulator.sessions import register_one_at_a_time
from infra.local.emulator.streams import poll_streams_apart
from infra.local.emulator.waits import shorten_waits

shorten_waits()
keep_threads()
hand_over_directly()
parse_once()
remember_principals()
pass_by_empty_queues()
run_few_batches()
forget_old_logs()
forget_old_metrics()
poll_streams_apart()
register_one_at_a_time()
app = with_feed(ministack.app, feed_invocations())
serve(guarded(app, os.environ.get("ALLOWED_ORIGINS", "").split(",")))
