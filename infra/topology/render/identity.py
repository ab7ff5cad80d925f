"""The `CreateUserPool` request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.topology.deployment import Deployment

if TYPE_CHECKING:
    from types_boto3_cognito_idp.type_defs import (
        CreateUserPoolRequestTypeDef,
    )


def user_pool(deployment: Deployment) -> CreateUserPoolRequestTypeDef:
    """Return the `CreateUserPool` request: sign-in by username or verified e-mail, a nickname to be shown."""
    return {
        "PoolName": deployment.name("users"),
        "AliasAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 10,
                "RequireLowercase": True,
                "RequireUppercase": True,
                "RequireNumbers": True,
                "RequireSymbols": False,
            }
        },
        "Schema": [
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True},
            {"Name": "nickname", "AttributeDataType": "String", "Required": False, "Mutable": True},
        ],
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    }
