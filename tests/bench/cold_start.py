"""Import and init of every handler from its package, in a fresh interpreter, beside the plain way.

`plain` imports boto3, Powertools with Tracer, pydantic and PyJWT at the top and makes two clients by
boto3, valid `.pyc` files beside it as ours have them; `plain_uncompiled` is the same as it reaches
Lambda from SAM or the Serverless Framework: what bytecode they pack does not fit the dates they give
its sources (aws/aws-lambda-builders#924, serverless/serverless#13889). `clients_alone` is botocore with
the same two clients and nothing else: no handler that uses it starts sooner. Lambda's own boto3 is
compiled for all.
CPU time, interleaved, so that whatever else the machine does meets all alike; medians.
"""

import py_compile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfile
from statistics import median

from infra.release.package import sample_environment
from infra.release.packaging.build import build_package
from infra.release.packaging.import_check import FreshEnvironment, fresh_environment
from infra.release.packaging.targets import host_target
from infra.repository import ROOT
from infra.topology.file import load_topology

ROUNDS = 15
YARDSTICKS = {"plain": "plain_handler", "plain_uncompiled": "plain_handler", "clients_alone": "clients_alone"}
PLAIN = ("plain", "plain_uncompiled")
TOPOLOGY = load_topology()


def run() -> dict[str, float]:
    milliseconds: dict[str, list[float]] = {name: [] for name in (*YARDSTICKS, *TOPOLOGY.functions)}
    with _environments() as environments:
        for _ in range(ROUNDS):
            for name, taken in milliseconds.items():
                taken.append(_start(name, environments) * 1000)
    medians = {name: median(taken) for name, taken in milliseconds.items()}
    return {f"cold_start_ms.{name}": value for name, value in medians.items()} | {
        f"cold_start_ratio.{name}.{plain}": medians[name] / medians[plain]
        for name in medians
        if name not in PLAIN
        for plain in PLAIN
    }


@contextmanager
def _environments() -> Iterator[dict[str, FreshEnvironment]]:
    """Each service's unpacked package, and one for each yardstick, in ingest's: that has all they need."""
    with ExitStack() as stack:
        services = sorted({function.service for function in TOPOLOGY.functions.values()})
        packages = {service: build_package(ROOT, service, host_target()) for service in services}
        packages |= dict.fromkeys(YARDSTICKS, packages["ingest"])
        environments = {
            name: stack.enter_context(fresh_environment(package)) for name, package in packages.items()
        }
        for name, module in YARDSTICKS.items():
            source = Path(__file__).with_name(f"{module}.py")
            copy = copyfile(source, environments[name].task / source.name)
            py_compile.compile(str(copy), doraise=True)
        for compiled in environments["plain_uncompiled"].task.rglob("*.pyc"):
            compiled.unlink()
        yield environments


def _start(name: str, environments: dict[str, FreshEnvironment]) -> float:
    """CPU seconds from the first import until the handler can be called."""
    if name in YARDSTICKS:
        variables = sample_environment("send-message", TOPOLOGY)
        return environments[name].import_seconds(YARDSTICKS[name], variables)
    function = TOPOLOGY.functions[name]
    module = function.handler.rpartition(".")[0]
    return environments[function.service].import_seconds(module, sample_environment(name, TOPOLOGY))
