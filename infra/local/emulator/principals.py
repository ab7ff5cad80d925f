"""Lets MiniStack gather who a key belongs to, and that principal's policies, once and not for each request.

It does so twice a request. What it gathers changes by requests to IAM alone, which make it gather anew. What
ends with time, a session, is looked at with the signature of each request as before.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

KEYS_KEPT = 1_024  # a function's environment has one


def remember_principals() -> None:
    """Keep the principals of keys until a request to IAM comes.

    Raises:
        AttributeError: this MiniStack has no such function any more.
    """
    resolve: Callable[..., Any] = iam_evaluator.resolve_principal
    handle: Callable[..., Awaitable[Any]] = iam.handle_request
    kept: dict[tuple[object, ...], iam_evaluator.PrincipalInfo] = {}

    def resolve_once(access_key_id: str, account_id: str, credential: Any = None) -> Any:
        arn = credential.principal_arn if credential else None
        key = (access_key_id, account_id, arn)
        if (known := kept.get(key)) is not None:
            return known
        found = resolve(access_key_id, account_id, credential)
        if isinstance(found, iam_evaluator.PrincipalInfo):
            if len(kept) >= KEYS_KEPT:
                kept.clear()
            kept[key] = found
        return found

    async def handle_and_forget(*request: Any) -> Any:
        try:
            return await handle(*request)
        finally:
            kept.clear()

    iam_evaluator.resolve_principal = resolve_once
    iam.handle_request = handle_and_forget
