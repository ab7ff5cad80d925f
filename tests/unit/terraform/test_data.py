"""Tables keep what people wrote: encrypted, recoverable, not deleted by accident."""

import json

from infra.topology.model import Topology
from tests.unit.terraform.plan import Plan


def test_every_table_is_encrypted_by_our_key_and_recoverable(dev: Plan, prod: Plan) -> None:
    for plan in (dev, prod):
        for table in plan.of("aws_dynamodb_table").values():
            assert table["server_side_encryption"] == [
                {"enabled": True, "kms_key_arn": plan.one("aws_kms_key")["arn"]}
            ]
            assert table["point_in_time_recovery"][0]["enabled"]


def test_production_protects_the_tables_that_ask_for_it(prod: Plan, topology: Topology) -> None:
    assert {
        name: table["deletion_protection_enabled"] for name, table in prod.of("aws_dynamodb_table").items()
    } == {name: table.deletion_protection for name, table in topology.tables.items()}
    assert prod.one("aws_cognito_user_pool")["deletion_protection"] == "ACTIVE"


def test_what_nothing_can_make_anew_is_protected(topology: Topology) -> None:
    """`destroy` deletes tables side by side: one that refuses does not save the others."""
    made_anew = {
        "connections",  # two hours old at most: clients come back
        "expiries",  # of those connections
        "words",  # from the messages: `chatctl reindex`
        "published",  # marks of a day: what lacks one is published twice
    }

    assert {name for name, table in topology.tables.items() if not table.deletion_protection} == made_anew


def test_development_may_be_destroyed(dev: Plan) -> None:
    assert not any(table["deletion_protection_enabled"] for table in dev.of("aws_dynamodb_table").values())
    assert dev.one("aws_cognito_user_pool")["deletion_protection"] == "INACTIVE"


def test_the_key_serves_only_callers_of_its_account_and_named_services(prod: Plan) -> None:
    statements = {
        statement["Sid"]: statement
        for statement in json.loads(prod.one("aws_kms_key")["policy"])["Statement"]
    }

    through_services = statements["ThroughTheServices"]
    assert through_services["Condition"]["StringEquals"].keys() == {"kms:CallerAccount", "kms:ViaService"}
    assert statements["Logs"]["Condition"]["ArnLike"]
    assert statements["Alarms"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statements.keys() == {"Administration", "ThroughTheServices", "Logs", "Alarms"}
