"""Whatever AWS calls being too busy, a client is told to wait, and nobody is woken."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from shared.protocol.refusals import RateLimited
from shared.publishing import Topic
from shared.stores.dynamodb import store_errors
from tests.unit.examples import NOW, message

BUSY = ("throttl", "throughput", "requestlimit", "inprogress")


def busy_codes(service: str, *operations: str) -> list[str]:
    """Return what botocore's model of a service calls its errors, of those that pass by themselves."""
    model = Session().get_service_model(service)
    shapes = [shape for each in operations for shape in model.operation_model(each).error_shapes]
    codes = {shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes}
    return sorted(code for code in codes if any(word in code.lower() for word in BUSY))


@pytest.mark.parametrize(
    "code", busy_codes("dynamodb", "TransactWriteItems", "UpdateItem", "BatchWriteItem", "Query")
)
def test_a_busy_table_is_no_fault_of_ours(code: str) -> None:
    with pytest.raises(RateLimited), store_errors():
        raise ClientError({"Error": {"Code": code}}, "UpdateItem")


# "Throttled" is in SNS's list of common errors and in no model.
@pytest.mark.parametrize("code", [*busy_codes("sns", "Publish"), "Throttled"])
def test_a_busy_topic_or_its_busy_key_is_no_fault_of_ours(code: str) -> None:
    class Client:
        def publish(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": code}}, "Publish")

    client: Any = Client()
    with pytest.raises(RateLimited):
        Topic(client, "arn", 4).publish(message(1), exclude=None, accepted_at=NOW)


def test_the_models_name_what_is_looked_for() -> None:
    assert len(busy_codes("dynamodb", "TransactWriteItems")) == 4
    assert busy_codes("sns", "Publish") == ["KMSThrottling"]
