"""Clients read of AWS what botocore's own read."""

import pytest
from botocore.loaders import Loader

from shared.aws.clients import aws_session


@pytest.mark.parametrize("service", ["dynamodb", "sns", "sqs"])
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_service_models_are_botocores(service: str, kind: str) -> None:
    ours = aws_session().get_component("data_loader")

    assert ours.load_service_model(service, kind) == Loader().load_service_model(service, kind)


def test_endpoints_are_botocores() -> None:
    ours = aws_session().get_component("data_loader")

    assert ours.load_data("endpoints") == Loader().load_data("endpoints")
