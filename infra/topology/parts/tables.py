"""Tables and their indexes."""

from pydantic import Field

from infra.topology.parts.fields import Model


class Index(Model):
    """A global secondary index; `projection` lists non-key attributes: none, keys alone; None, all."""

    partition_key: str
    sort_key: str
    projection: tuple[str, ...] | None = None


class Table(Model):
    """A DynamoDB table, billed on demand; all keys are strings. `stream` tells what becomes of items."""

    partition_key: str
    sort_key: str
    ttl_attribute: str | None = None
    deletion_protection: bool = False
    stream: bool = False
    indexes: dict[str, Index] = Field(default_factory=dict)
