import json
import subprocess
import sys

from tests.bench.posts.comparison import WrongAnswers, run
from tests.bench.posts.requirements import Missing

try:
    sys.stdout.write(json.dumps(run(), indent=2) + "\n")
except (Missing, WrongAnswers, subprocess.CalledProcessError) as error:
    sys.exit(f"posts: {error}")
