"""A plan by Terraform itself, with the provider that the registry has, and without an account.

`terraform test` plans a copy of the configuration twice. The first plan says which resources there are.
In the second each of them gets made-up ids, ARNs and addresses in place of those that AWS would give, so
that policies and variables that hold them are known. No request leaves for AWS: credentials are made up,
and data that would be read there are overridden.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Values = dict[str, Any]
RunTest = Callable[[Path, Path], str]
"""From a folder and a configuration in it to what `terraform test -json -verbose` prints."""

DATA = re.compile(r'^data "(\w+)" "(\w+)"', re.MULTILINE)
MODULE = re.compile(r'^module "(\w+)" \{\n\s+source\s+= "\./([^"]+)"', re.MULTILINE)
NAMES = ("name", "function_name", "bucket", "alarm_name")

ACCOUNT = "000000000000"  # as in the plans of tfcheck
PROVIDER = """
provider "aws" {
  region                      = "%s"
  access_key                  = "made-up"
  secret_key                  = "made-up"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"""
# What asks AWS while planning, and its answer.
ANSWERS: dict[str, Values] = {
    "aws_caller_identity": {"account_id": ACCOUNT},
    "aws_availability_zones": {"names": ["eu-central-1a", "eu-central-1b", "eu-central-1c"]},
    "aws_cloudfront_cache_policy": {},  # its id is all that is read
    "aws_iam_openid_connect_provider": {
        "arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    },
}
# The forms of ARNs, by type (AWS Service Authorization Reference).
ARNS = {
    "aws_apigatewayv2_api": "arn:aws:apigateway:{region}::/apis/{id}",
    "aws_cloudfront_distribution": "arn:aws:cloudfront::{account}:distribution/{id}",
    "aws_cloudwatch_event_rule": "arn:aws:events:{region}:{account}:rule/{name}",
    "aws_cloudwatch_log_group": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "aws_cloudwatch_metric_alarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "aws_cognito_user_pool": "arn:aws:cognito-idp:{region}:{account}:userpool/{id}",
    "aws_dynamodb_table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "aws_iam_policy": "arn:aws:iam::{account}:policy/{name}",
    "aws_iam_role": "arn:aws:iam::{account}:role/{name}",
    "aws_kms_key": "arn:aws:kms:{region}:{account}:key/{id}",
    "aws_lambda_alias": "arn:aws:lambda:{region}:{account}:function:{function}:{name}",
    "aws_lambda_function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "aws_s3_bucket": "arn:aws:s3:::{name}",
    "aws_sns_topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws_sqs_queue": "arn:aws:sqs:{region}:{account}:{name}",
}
OTHER_ARN = "arn:aws:{type}:{region}:{account}:{id}"
INVOKE = "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/" + ARNS["aws_lambda_function"]
QUEUE_URL = "https://sqs.{region}.amazonaws.com/{account}/{name}"
# What else of a resource is used elsewhere in the configuration, by attribute or by type and attribute.
FORMS = {
    "api_endpoint": "wss://{id}.execute-api.{region}.amazonaws.com",
    "aws_cloudfront_distribution.domain_name": "d{id}.cloudfront.net",
    "aws_cognito_user_pool.endpoint": "cognito-idp.{region}.amazonaws.com/{id}",
    "bucket_regional_domain_name": "{name}.s3.{region}.amazonaws.com",
    "execution_arn": "arn:aws:execute-api:{region}:{account}:{id}",
    "id": "{id}",
    "invoke_arn": INVOKE + "/invocations",
    "invoke_url": "wss://{id}.execute-api.{region}.amazonaws.com/{name}",
    "aws_iam_role.id": "{name}",
    "aws_kms_key.key_id": "{id}",
    "stream_arn": ARNS["aws_dynamodb_table"] + "/stream/2026-01-01T00:00:00.000",
    "qualified_arn": ARNS["aws_lambda_function"] + ":1",
    "aws_lambda_function.version": "1",
    "aws_s3_bucket.id": "{name}",
    "aws_sns_topic.id": ARNS["aws_sns_topic"],
    "aws_sqs_queue.id": QUEUE_URL,
    "aws_sqs_queue.url": QUEUE_URL,
    "aws_vpc.ipv6_cidr_block": "2001:db8:1234:1a00::/56",
}


def made_up_plan(run: RunTest, root: Path, configuration: Path, region: str) -> tuple[list[Values], Values]:
    """Return the changes of all resources, and the values of the outputs.

    Args:
        run: tests a copy of the configuration.
        root: holds the configuration and all that it reads.
        configuration: what to plan.
        region: where it is to stand.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / configuration.relative_to(root)
        ignored = shutil.ignore_patterns("tests", ".terraform*", "*.tfstate*", "__pycache__")
        shutil.copytree(root, folder, ignore=ignored, dirs_exist_ok=True)
        head = PROVIDER % region + "".join(_answers(copy))
        changes, _ = _plan(run, Path(folder), copy, head)
        return _plan(run, Path(folder), copy, head + "".join(_overrides(changes, region)))


def _plan(run: RunTest, folder: Path, configuration: Path, head: str) -> tuple[list[Values], Values]:
    tests = configuration / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "plan.tftest.hcl").write_text(head + 'run "plan" {\n  command = plan\n}\n', encoding="utf-8")
    said = run(folder, configuration)
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    plans = [line["test_plan"] for line in lines if line["type"] == "test_plan"]
    faults = [
        line["@message"] + ": " + line["diagnostic"].get("detail", "")
        for line in lines
        if "diagnostic" in line
    ]
    assert len(plans) == 1, faults or said
    outputs = {name: change["after"] for name, change in plans[0].get("output_changes", {}).items()}
    return plans[0]["resource_changes"], outputs


def _answers(configuration: Path) -> Iterator[str]:
    """Override what would ask AWS."""
    for kind, address in _data(configuration):
        if kind in ANSWERS:
            yield _override("data", address, {"id": _made_up(address), **ANSWERS[kind]})


def _data(configuration: Path) -> Iterator[tuple[str, str]]:
    """Types and addresses of all data; a file's folder says which module they are of."""
    calls = MODULE.findall((configuration / "main.tf").read_text(encoding="utf-8"))
    homes = [(configuration, ""), *((configuration / folder, f"module.{name}.") for name, folder in calls)]
    for folder, prefix in homes:
        for file in sorted(folder.glob("*.tf")):
            for kind, name in DATA.findall(file.read_text(encoding="utf-8")):
                yield kind, f"{prefix}data.{kind}.{name}"


def _overrides(changes: Sequence[Values], region: str) -> Iterator[str]:
    for change in changes:
        known = change["change"]["after"] or {}
        unknown = {name for name, value in change["change"].get("after_unknown", {}).items() if value is True}
        made_up = _made_up(change["address"])
        own = next((known[key] for key in NAMES if isinstance(known.get(key), str)), made_up)
        fill = {
            "region": region,
            "account": ACCOUNT,
            "type": change["type"],
            "name": own,
            "function": known.get("function_name"),
            "id": made_up,
        }
        values = {
            name: form.format(**fill) for name, form in _forms(change["type"]).items() if name in unknown
        }
        if change["mode"] == "managed" and values:
            yield _override("resource", change["address"], values)


def _made_up(address: str) -> str:
    return sha256(address.encode()).hexdigest()[:12]


def _forms(kind: str) -> dict[str, str]:
    own = {name.partition(".")[2]: form for name, form in FORMS.items() if name.startswith(f"{kind}.")}
    general = {name: form for name, form in FORMS.items() if "." not in name}
    return {**general, "arn": ARNS.get(kind, OTHER_ARN), **own}


def _override(what: str, target: str, values: Values) -> str:
    lines = "".join(f"    {name} = {json.dumps(value)}\n" for name, value in values.items())
    head = f"override_{what} {{\n  target          = {target}\n  override_during = plan\n"
    return f"{head}  values = {{\n{lines}  }}\n}}\n"
