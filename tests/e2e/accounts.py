"""Accounts in the emulator's user pool, made as an administrator makes them."""

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile


def new_account(stack: StackFile, name: str, password: str, *, temporary: bool = False) -> None:
    """A confirmed account; `temporary` makes its owner choose another password at the first sign-in."""
    assert stack.cognito is not None
    cognito = local_clients(stack.aws_endpoint_url, stack.region).cognito
    pool = stack.cognito.user_pool_id
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=name,
        TemporaryPassword=password,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": f"{name}@example.com"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "nickname", "Value": name},
        ],
    )
    if not temporary:
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
