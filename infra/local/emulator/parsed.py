"""Lets MiniStack parse each expression and policy once, where it does so for each item and each call.

What is parsed depends on nothing but its text. What it costs a message: docs/load-testing.md.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import dynamodb

TEXTS_KEPT = 4_096  # there are some 200 expressions and policies

Statements = list[Any]


def parse_once() -> None:
    """Keep what the emulator parses.

    Raises:
        AttributeError: this MiniStack has no such function any more.
    """
    dynamodb._tokenize = lru_cache(TEXTS_KEPT)(dynamodb._tokenize)
    dynamodb._condition_syntax_error = lru_cache(TEXTS_KEPT)(dynamodb._condition_syntax_error)
    iam_evaluator.parse_policy_document = _remembering_texts(iam_evaluator.parse_policy_document)


def _remembering_texts(parse: Callable[[str | dict[str, Any]], Statements]) -> Callable[..., Statements]:
    of_text = lru_cache(TEXTS_KEPT)(parse)
    return lambda document: of_text(document) if isinstance(document, str) else parse(document)
