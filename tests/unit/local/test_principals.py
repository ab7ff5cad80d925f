"""The emulator gathers a key's principal and policies once, and anew after each request to IAM."""

import subprocess
import sys

GATHERED_AND_CHANGED = """
import asyncio
import re
from urllib.parse import urlencode

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam
from infra.local.emulator.principals import remember_principals

POLICY = '{"Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]}'

def ask(action, **parameters):
    body = urlencode({"Action": action, "Version": "2010-05-08", **parameters}).encode()
    status, _, answer = asyncio.run(iam.handle_request("POST", "/", {}, body, {}))
    assert status == 200, answer
    return answer if isinstance(answer, str) else answer.decode()

def gathered():
    return iam_evaluator.resolve_principal(key, account)

remember_principals()
account = get_account_id()
ask("CreateUser", UserName="dora")
key = re.search("<AccessKeyId>(.*?)</AccessKeyId>", ask("CreateAccessKey", UserName="dora"))[1]

assert gathered().policies == []
assert gathered() is gathered()

ask("PutUserPolicy", UserName="dora", PolicyName="may-publish", PolicyDocument=POLICY)
assert [statement.actions for [statement] in gathered().policies] == [["sns:Publish"]]

ask("DeleteUserPolicy", UserName="dora", PolicyName="may-publish")
assert gathered().policies == []

# A refusal is not kept: the key may come to be.
unknown = iam_evaluator.resolve_principal("AKIAUNKNOWN", account)
assert isinstance(unknown, iam_evaluator.AuthError)
assert iam_evaluator.resolve_principal("AKIAUNKNOWN", account) is not unknown

ask("UpdateAccessKey", UserName="dora", AccessKeyId=key, Status="Inactive")
assert isinstance(gathered(), iam_evaluator.AuthError)
"""


def test_what_is_remembered_is_what_would_be_gathered() -> None:
    """In a process of its own: the emulator's modules are changed."""
    subprocess.run([sys.executable, "-c", GATHERED_AND_CHANGED], check=True)
