"""How the page keeps up with a busy conversation: the production build in Chromium, a server in memory.

For a minute a thousand messages arrive. `frame_work_ms` is how long the tasks of the page's main thread take
from one animation frame to the next, from a trace of all of them; below 16 ms no frame is late for the page's
sake. `frame_cpu_ms` is the processor time of the same tasks, without the time in which other processes had
the processor; `frame_cpu_with_a_message_ms` takes those frames alone in which a message arrived.
`frame_interval_ms` is the time between frames: with a display of 60 Hz 16.7 ms at best, however little there
is to do. Chromium draws without a graphics card here, and recording the trace costs time that is part of all.
Goal: `frame_work_ms.p95` below 16. `with_reactions.` are the same figures of a second minute, in which
somebody reacts to one of the last seven messages with each that comes; `messages` counts these, too.

Then three times 10,000 messages more arrive, a hundred in a frame; the heap is measured after a garbage
collection. `first_messages_ms` is the median of five reloads, from their start to the first message.

`opening.` is what opening the page costs a phone: processor time of the main thread's tasks, in all and of
the longest, the median of seven reloads. `opening.blocking_ms` is by how much they exceed 50 ms on a
processor four times slower.
"""

import json
import subprocess
import sys

SCRIPT = "frontend.scripts.measure_rendering"


def run() -> dict[str, float]:
    output = subprocess.run([sys.executable, "-m", SCRIPT], check=True, capture_output=True, text=True).stdout
    return {f"frontend.{name}": float(value) for name, value in json.loads(output).items()}
