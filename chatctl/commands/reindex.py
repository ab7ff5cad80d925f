"""`chatctl reindex`: make messages findable that were said before there was an index."""

from __future__ import annotations

from chatctl.access import DeploymentOptions
from chatctl.audit import audit
from chatctl.confirm import WhyOption, YesOption, confirm
from chatctl.reindexing import index_all
from chatctl.scan_cost import agree_to_scan
from chatctl.terminal import write
from infra.topology.file import load_topology


def reindex(*, why: WhyOption, yes: YesOption = False, options: DeploymentOptions) -> None:
    """Write the words of all messages into the index; asks before it reads a large table."""
    access = options.open(load_topology())
    table = f"{access.prefix}-messages"
    agree_to_scan(access.clients.dynamodb, table, yes)
    confirm(f"Write some 8 rows for each message of {access.prefix} into its index of words?", yes)
    audit(access, "reindex", {}, why)
    messages, rows = index_all(access.clients.dynamodb, table, f"{access.prefix}-words")
    write(f"{messages} messages, {rows} rows written")
