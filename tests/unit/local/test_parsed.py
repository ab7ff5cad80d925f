"""The emulator parses each text once, and answers as before."""

import subprocess
import sys

BEFORE_AND_AFTER = """
from ministack.core import iam_evaluator
from ministack.services import dynamodb
from infra.local.emulator.parsed import parse_once

POLICY = '{"Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]}'
EXPRESSIONS = ["#ttl > :now", "attribute_not_exists(a) AND (b = :b OR c <= :c)"]
EXPRESSIONS += ["a = = :b", "((a = :a))", "size = :a", "a ="]  # wrong ones
ITEM = {"ttl": {"N": "7"}, "b": {"S": "x"}}
VALUES = {":now": {"N": "5"}, ":b": {"S": "x"}, ":c": {"N": "1"}, ":a": {"N": "1"}}

def outcomes():
    for expression in EXPRESSIONS:
        for slot in ("FilterExpression", "ConditionExpression"):
            try:
                yield dynamodb._evaluate_condition(expression, ITEM, VALUES, {"#ttl": "ttl"}, slot)
            except ValueError as error:
                yield str(error)
    for document in (POLICY, {"Statement": []}, "no JSON", POLICY):
        yield iam_evaluator.parse_policy_document(document)

before = list(outcomes())
parse_once()
assert list(outcomes()) == before
assert list(outcomes()) == before
assert iam_evaluator.parse_policy_document(POLICY) is iam_evaluator.parse_policy_document(POLICY)
assert dynamodb._tokenize("a = :b") is dynamodb._tokenize("a = :b")
"""


def test_what_is_remembered_is_what_would_be_parsed() -> None:
    """In a process of its own: the emulator's modules are changed."""
    subprocess.run([sys.executable, "-c", BEFORE_AND_AFTER], check=True)
