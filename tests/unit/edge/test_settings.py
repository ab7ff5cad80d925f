import json
from pathlib import Path

import pytest

from infra.edge.settings import EdgeSettings, InvalidSettings, load_settings

ROUTES = {"$default": {"function": "fallback"}}


def test_a_file_with_routes_alone_gets_the_quotas_of_aws(tmp_path: Path) -> None:
    file = tmp_path / "edge.json"
    file.write_text(json.dumps({"routes": ROUTES}))

    limits = load_settings(file).limits

    assert (limits.frame_bytes, limits.message_bytes) == (32_768, 131_072)
    assert (limits.idle_seconds, limits.connection_seconds, limits.integration_seconds) == (600, 7200, 29)


def test_what_another_program_wrote_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "edge.json"
    written = EdgeSettings.model_validate({"routes": ROUTES, "api_id": "abc123", "credentials": {"a": "b"}})
    file.write_text(written.model_dump_json())

    assert load_settings(file) == written


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"routes": {"$default": {"fuction": "x"}}}', "routes.$default.function: Field required"),
        (
            '{"routes": {"$defualt": {"function": "x"}}}',
            "$defualt is none of $connect, $disconnect, $default",
        ),
        ('{"routes": {}}', "routes: "),
        ('{"routes": {"a": {"function": "x"}}, "limits": {"idle_seconds": 0}}', "limits.idle_seconds: "),
        (
            '{"routes": {"a": {"function": "x"}}, "limits": {"integration_seconds": 30}}',
            "integration_seconds: ",
        ),
        ('{"routes": {"a": {"function": "x"}}, "lambda_endpoint": "localhost"}', "lambda_endpoint: "),
        ("{", "not JSON: "),
        ("\xff", "not JSON: "),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_the_field(
    tmp_path: Path, content: str, complaint: str
) -> None:
    file = tmp_path / "edge.json"
    file.write_text(content, encoding="latin-1")

    with pytest.raises(InvalidSettings) as refusal:
        load_settings(file)

    assert str(refusal.value).startswith(f"{file}: ")
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"edge\.json: No such file"):
        load_settings(tmp_path / "edge.json")
