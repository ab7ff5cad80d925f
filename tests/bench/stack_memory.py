"""`python -m tests.bench.stack_memory`: what the running local stack holds in memory, by process, in MB.

PSS: each shared page is counted once, divided among those who share it; Linux only.
"""

from pathlib import Path

import psutil

from infra.local.stack_file import read_stack_file
from infra.local.state import DEFAULT_STATE_FOLDER, StateFolder
from infra.local.sweep import RUN_VARIABLE

MEGABYTE = 1024 * 1024


def main() -> None:
    stack = read_stack_file(StateFolder(DEFAULT_STATE_FOLDER).stack_file)
    chatctl = psutil.Process(stack.pids["chatctl"])
    guardian = [child for child in chatctl.children() if "infra.local.guardian" in child.cmdline()]
    total = 0
    for process in (chatctl, *guardian, *_processes(stack.run_id)):
        memory = process.memory_full_info().pss
        total += memory
        print(f"{memory / MEGABYTE:6.0f}  {_name(process)}")
    print(f"{total / MEGABYTE:6.0f}  all")


def _processes(run_id: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(RUN_VARIABLE) == run_id:
                found.append(process)
        except psutil.Error:
            continue
    return found


def _name(process: psutil.Process) -> str:
    arguments = [Path(argument).name for argument in process.cmdline()[1:3]]
    lambda_folder = next((part for part in Path(process.cmdline()[1]).parts if "lambda-" in part), None)
    return lambda_folder or " ".join(arguments)


if __name__ == "__main__":
    main()
