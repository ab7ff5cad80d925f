"""Closes a user's connections by boto3's client of `@connections`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient


def closing(callback: ApiGatewayManagementApiClient) -> Callable[[str], bool]:
    """Return what closes a connection, and tells whether it was there."""

    def close(connection_id: str) -> bool:
        try:
            callback.delete_connection(ConnectionId=connection_id)
        except callback.exceptions.GoneException:
            return False
        return True

    return close
