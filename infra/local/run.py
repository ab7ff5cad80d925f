"""One run of the stack on this machine: its addresses, and how its stack file describes it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.deployment import LOCAL_REGION, LocalSettings, local_deployment
from infra.local.emulator.identity import DEMO_PASSWORD, DEMO_USERS, UserPool
from infra.local.emulator.provision import queue_urls
from infra.local.local_stack import HOST, FrontendMode
from infra.local.ports import Ports
from infra.local.stack_file import AuthMode, CognitoAddresses, DemoUser, StackFile
from infra.local.state import StateFolder
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.policies import SUBSCRIPTION_DEAD_LETTERS


@dataclass(frozen=True)
class Run:
    """One run of a local stack: what was asked for, and the addresses that follow from it."""

    run_id: str
    topology: Topology
    state: StateFolder
    auth_mode: AuthMode
    frontend: FrontendMode
    ports: Ports

    @property
    def deployment(self) -> Deployment:
        """Names and ARNs of the stack."""
        return local_deployment(self.topology)

    @property
    def folder(self) -> Path:
        """Folder for the files of this run."""
        return self.state.run_folder(self.run_id)

    @property
    def aws_endpoint_url(self) -> str:
        """Address of the emulator."""
        return f"http://{HOST}:{self.ports.emulator}"

    @property
    def websocket_url(self) -> str:
        """Address that clients connect to."""
        return f"ws://{HOST}:{self.ports.websocket}/{self.deployment.stage}"

    @property
    def callback_url(self) -> str:
        """Address of `@connections`."""
        return f"http://{HOST}:{self.ports.callback}/{self.deployment.stage}"

    @property
    def frontend_url(self) -> str:
        """Address of the page."""
        return f"http://localhost:{self.ports.frontend}"

    @property
    def allowed_origins(self) -> str:
        """Origins that may connect, comma separated."""
        return f"{self.frontend_url},http://{HOST}:{self.ports.frontend}"

    @property
    def settings(self) -> LocalSettings:
        """What the functions must know of this run."""
        return LocalSettings(
            self.aws_endpoint_url,
            self.websocket_url,
            self.callback_url,
            self.auth_mode,
            self.allowed_origins,
        )

    @property
    def queue_urls(self) -> dict[str, str]:
        """URL of each queue by its full name."""
        return queue_urls(self.topology, self.deployment, self.aws_endpoint_url)


def describe(run: Run, pids: Mapping[str, int], user_pool: UserPool | None) -> StackFile:
    """Return what other programs need to know of a run that is ready."""
    topology, deployment = run.topology, run.deployment

    def urls(queue: str) -> tuple[str, ...]:
        return tuple(run.queue_urls[name] for name in deployment.queue_names(topology, queue))

    return StackFile(
        run_id=run.run_id,
        pids={"chatctl": os.getpid()} | dict(pids),
        websocket_url=run.websocket_url,
        callback_url=run.callback_url,
        edge_admin_url=f"http://{HOST}:{run.ports.callback}/_edge",
        frontend_url=run.frontend_url if run.frontend != "none" else None,
        allowed_origins=run.allowed_origins,
        aws_endpoint_url=run.aws_endpoint_url,
        region=LOCAL_REGION,
        auth_mode=run.auth_mode,
        cognito=CognitoAddresses(
            endpoint=run.aws_endpoint_url, user_pool_id=user_pool.user_pool_id, client_id=user_pool.client_id
        )
        if user_pool
        else None,
        demo_users=tuple(
            DemoUser(username=name, password=DEMO_PASSWORD if user_pool else None) for name in DEMO_USERS
        ),
        tables={name: deployment.name(name) for name in topology.tables},
        topic_arn=deployment.topic_arn(topology.topic),
        shard_queue_urls=urls("shard"),
        slice_queue_urls=urls("slice"),
        presence_queue_url=urls("presence")[0],
        dead_letter_queue_url=urls("dead-letters")[0],
        subscription_dead_letter_queue_url=urls(SUBSCRIPTION_DEAD_LETTERS)[0],
        functions={name: deployment.name(name) for name in topology.functions},
    )
