"""Whatever is wrong in the configuration is said when a function starts, by the variable's name."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from infra.topology.model import Topology
from shared.rate import Bucket
from shared.settings import ConfigurationError, Settings, load

# A value that each variable may have; others are texts or addresses, which this is both.
RIGHT = {
    "AUTH_MODE": "mock",
    "SHARD_COUNT": "4",
    "LOG_LEVEL": "INFO",
    "ALLOWED_ORIGINS": "https://chat.example",
}
ADDRESS = "http://127.0.0.1:1"
MAY_BE_NONE = {"PRESENCE_ROOM_LIMIT", "EDIT_WINDOW_SECONDS"}  # nobody is told; nobody may edit
WRONG_NUMBERS = ["", "many", "-1", "0", "nan", "1e400"]
WRONG_LIMITS = ["", "many", "50", "0/200", "50/0", "-1/200", "50/-1", "50/200/1", "1.5/200"]
WRONG_ORIGINS = ["", ",", "https://a.example,", "a.example", "https://a.example/chat", "https://a.example b"]


def _models(module: str) -> list[type[Settings]]:
    found = vars(importlib.import_module(module)).values()
    return [each for each in found if isinstance(each, type) and issubclass(each, Settings)]


def _environ(model: type[Settings]) -> dict[str, str]:
    names = {name.upper(): field.annotation for name, field in model.model_fields.items()}
    numbers: dict[Any, str] = {int: "4096", float: "4", Bucket: "5/200"}
    return {name: RIGHT.get(name, numbers.get(kind, ADDRESS)) for name, kind in names.items()}


def _wrong(model: type[Settings]) -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        variable = name.upper()
        if field.annotation in (int, float):
            zero = {"0"} if variable in MAY_BE_NONE else set()
            yield from ((variable, each) for each in WRONG_NUMBERS if each not in zero)
        if field.annotation is Bucket:
            yield from ((variable, each) for each in WRONG_LIMITS)
        if variable == "ALLOWED_ORIGINS":
            yield from ((variable, each) for each in WRONG_ORIGINS)
        if variable.endswith("_QUEUE_URLS"):
            yield from ((variable, each) for each in ("", ",", f"{ADDRESS},", "shard-0"))


@pytest.fixture(autouse=True)
def environment(aws: None, topology: Topology, monkeypatch: pytest.MonkeyPatch) -> None:
    """What handlers are built with while they are imported."""
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", ADDRESS)
    monkeypatch.setenv("COGNITO_JWKS_URL", ADDRESS)
    for name, source in topology.environment.items():
        monkeypatch.setenv(name, RIGHT.get(name) or source.value or source.user_limit or ADDRESS)


def test_every_variable_of_every_function_is_refused_by_name_where_it_is_wrong(topology: Topology) -> None:
    modules = {each.handler.rpartition(".")[0] for each in topology.functions.values()}
    models = {model for module in modules for model in _models(module)} - {Settings}
    assert len(models) > 10
    for model in models:
        load(model, _environ(model))
        for variable, value in _wrong(model):
            with pytest.raises(ConfigurationError, match=f"^{variable}: "):
                load(model, _environ(model) | {variable: value})


def test_origins_may_have_spaces_between_them() -> None:
    model = next(each for each in _models("services.ingest.handlers.connect") if each is not Settings)
    settings: Any = load(model, _environ(model) | {"ALLOWED_ORIGINS": "https://a.example, https://b.example"})

    assert settings.allowed_origins == ("https://a.example", "https://b.example")
