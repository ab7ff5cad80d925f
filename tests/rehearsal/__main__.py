"""`make rehearse`: bootstrap, plan, apply, release, smoke test, a failed release, roll back, destroy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.topology.file import load_topology
from tests.rehearsal.account import Account, empty_account
from tests.rehearsal.apply import Applied, apply, destroy
from tests.rehearsal.catalogue import BEYOND_MOTO
from tests.rehearsal.guard import Guard, NotAllowed
from tests.support.environment import forget_the_shell
from tests.unit.terraform.plan import CONFIGURATION, Plan, offline_planner

REPOSITORY_NAME = "owner@1/chat@2"


class Timeline:
    """Says what happened, and how long after the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._start:6.1f} s  {what}", flush=True)


def main() -> None:
    """Rehearse a deployment of dev; any step that goes wrong ends it."""
    forget_the_shell()
    planner = os.environ.get("TFCHECK")
    if not planner:
        sys.exit("make rehearse: TFCHECK names no offline planner for Terraform")
    tell = Timeline()
    with empty_account() as account, tempfile.TemporaryDirectory() as folder:
        tell("an empty account")
        plan_of = offline_planner(planner)
        bootstrap = plan_of(CONFIGURATION / "bootstrap", f"-var=repository={REPOSITORY_NAME}")
        apply(bootstrap, account.client)
        tell(f"bootstrap: {_count(bootstrap)}")
        plan = plan_of(CONFIGURATION, "-var-file=environments/dev.tfvars")
        tell(f"plan of dev: {_count(plan)}")

        deployer = _become(account, "chat-dev-deploy")
        guard = Guard(account, "chat-dev-deploy")
        applied = apply(plan, lambda service: guard.watch(deployer.client(service)))
        tell(f"apply as chat-dev-deploy: {len(guard.actions)} different actions, none refused")
        _expect_refusal(account, plan)
        tell("apply as chat-dev-plan: refused")

        rehearsal = Rehearsal(deployer, _write_outputs(Path(folder), applied, plan), tell)
        rehearsal.expect("1", "before the first release all functions are closed: version 1 answers 503")
        rehearsal.release(1)
        rehearsal.expect("2", "first release: version 2")
        rehearsal.roll_back(code=1)
        rehearsal.expect("1", "it failed, say: roll back has nothing to return to, and closes again")
        destroy(applied)
        _expect_nothing(account)
        tell("destroy: nothing is left")

        plan = plan_of(CONFIGURATION, "-var-file=environments/dev.tfvars", "-var=canary=true")
        applied = apply(plan, lambda service: guard.watch(deployer.client(service)))
        _expect_a_schedule(account)
        tell(f"apply with a canary: {_count(plan)}; its rule calls it")
        rehearsal = Rehearsal(deployer, _write_outputs(Path(folder), applied, plan), tell)
        rehearsal.release(2)
        rehearsal.expect("2", "first release once more: version 2")
        rehearsal.release(3)
        rehearsal.expect("3", "second release: version 3")
        rehearsal.roll_back(code=0)
        rehearsal.expect("2", "it failed, say: roll back to version 2")
        destroy(applied)
        _expect_nothing(account)
        tell("destroy: nothing is left")


@dataclass(frozen=True)
class Rehearsal:
    """Releases into an account, by the programs that release to AWS."""

    deployer: Account
    outputs: Path
    tell: Timeline

    def release(self, number: int) -> None:
        """Release packages that differ from those of every other number."""
        packages = _packages(self.outputs.parent, number)
        self._run("release", "--packages", str(packages))

    def roll_back(self, *, code: int) -> None:
        """Roll back; the program has to end with that code."""
        self._run("rollback", code=code)

    def expect(self, version: str, what: str) -> None:
        """End the rehearsal unless every function has that version live."""
        functions = self.deployer.client("lambda")
        names = json.loads(self.outputs.read_text(encoding="utf-8"))["stack"]["value"]["functions"].values()
        live = {functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"] for name in names}
        if live != {version}:
            sys.exit(f"{what}: versions {sorted(live)} are live, not {version}")
        self.tell(what)

    def _run(self, *arguments: str, code: int = 0) -> None:
        command = [sys.executable, "-m", "infra.release", *arguments, "--outputs", str(self.outputs)]
        environment = self.deployer.environment()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != code:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _expect_nothing(account: Account) -> None:
    left = [
        *account.client("lambda").list_functions()["Functions"],
        *account.client("dynamodb").list_tables()["TableNames"],
        *account.client("sqs").list_queues().get("QueueUrls", []),
        *account.client("apigatewayv2").get_apis()["Items"],
        *account.client("events").list_rules()["Rules"],
    ]
    if left:
        sys.exit(f"destroy left {left}")


def _expect_a_schedule(account: Account) -> None:
    (target,) = account.client("events").list_targets_by_rule(Rule="chat-dev-canary")["Targets"]
    if ":function:chat-dev-canary" not in target["Arn"]:
        sys.exit(f"the canary's rule calls {target['Arn']}")


def _become(account: Account, role: str) -> Account:
    taken = account.client("sts").assume_role_with_web_identity(
        RoleArn=account.client("iam").get_role(RoleName=role)["Role"]["Arn"],
        RoleSessionName="rehearsal",
        WebIdentityToken="a-token-of-github",  # moto takes any
    )["Credentials"]
    return Account(account.url, (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"]))


def _expect_refusal(account: Account, plan: Plan) -> None:
    reader, guard = _become(account, "chat-dev-plan"), Guard(account, "chat-dev-plan")
    try:
        apply(plan, lambda service: guard.watch(reader.client(service)))
    except NotAllowed:
        return
    sys.exit("the role of plans may apply them")


def _write_outputs(folder: Path, applied: Applied, plan: Plan) -> Path:
    path = folder / "outputs.json"
    path.write_text(json.dumps(applied.outputs(plan)), encoding="utf-8")
    return path


def _packages(folder: Path, number: int) -> Path:
    packages = folder / f"release-{number}"
    packages.mkdir()
    for service in {function.service for function in load_topology().functions.values()}:
        with zipfile.ZipFile(packages / f"{service}.zip", "w") as target:
            target.writestr("release.txt", str(number))
    return packages


def _count(plan: Plan) -> str:
    kinds = [resource["type"] for resource in plan.resources if resource["mode"] == "managed"]
    beyond = len([kind for kind in kinds if kind in BEYOND_MOTO])
    return f"{len(kinds)} resources of {len(set(kinds))} types" + (
        f", {beyond} beyond moto" if beyond else ""
    )


if __name__ == "__main__":
    main()
