"""Logs, metrics and traces of a service: JSON lines and EMF on standard output, X-Ray where it is on."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any
from zlib import crc32

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import Field

from shared.settings import Settings, load

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]


class LogSettings(Settings):
    """Of the frames that went well and are about no message, one in so many is logged above DEBUG."""

    log_one_in: int = Field(default=1, ge=1)


@dataclass(frozen=True, slots=True)
class Observability:
    """The voice of one service. Neither a token nor the text of a message is ever handed to it."""

    service: str
    logger: Logger
    metrics: Metrics
    one_in: int = 1

    def went_well(self, message: str, **fields: Any) -> None:
        """Log a success: always if it is about a message, which can be followed; else one in `one_in`."""
        keys = self.logger.get_current_keys()
        invocation = str(keys.get("awsRequestId", ""))
        followed = "messageId" in keys or crc32(invocation.encode()) % self.one_in == 0
        (self.logger.info if followed else self.logger.debug)(message, **fields)

    def count(self, name: str, value: float = 1) -> None:
        """Add to a count of this invocation."""
        self.metrics.add_metric(name, MetricUnit.Count, value)

    def milliseconds(self, name: str, value: float) -> None:
        """Add a duration to those of this invocation."""
        self.metrics.add_metric(name, MetricUnit.Milliseconds, value)

    def count_by(self, name: str, dimension: str, value: str, count: float = 1) -> None:
        """Add to a count, in all and under a further dimension of few values."""
        self.count(name, count)
        with single_metric(name, MetricUnit.Count, count, namespace=self.metrics.namespace) as metric:
            metric.add_dimension("service", self.service)
            metric.add_dimension(dimension, value)

    def failed(self, message: str, failure: Exception) -> None:
        """Log where a failure came from, but not its text, which may quote a frame."""
        places = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(failure.__traceback__)]
        self.logger.error(message, error=type(failure).__name__, places=places)

    def observed(self, handler: Handler) -> Handler:
        """Wrap the handler: own log keys, metrics flushed, trace annotated, failure logged."""
        traced = _traced(self.service, handler)

        def fresh(event: Event, context: Any) -> Any:
            self.logger.clear_state()
            self.logger.append_keys(awsRequestId=context.aws_request_id)
            try:
                return traced(event, context)
            except Exception as failure:
                self.failed("function failed", failure)
                raise
            finally:
                self._flush()

        return fresh

    def _flush(self) -> None:
        if self.metrics.metric_set:
            self.metrics.flush_metrics()


def observability(service: str) -> Observability:
    """Make the observability of a service, with level and namespace from the environment."""
    # LOG_LEVEL=DEBUG is about our own loggers: at DEBUG botocore logs whole requests, with texts and tokens.
    logging.getLogger().setLevel(logging.WARNING)
    one_in = load(LogSettings, os.environ).log_one_in
    return Observability(service, Logger(service=service), Metrics(service=service), one_in)


def _traced(service: str, handler: Handler) -> Handler:
    # The X-Ray SDK is a tenth of a cold start: not to be paid where nobody traces.
    if os.environ.get("POWERTOOLS_TRACE_DISABLED") or "LAMBDA_TASK_ROOT" not in os.environ:
        return handler
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

    # What else the SDK can patch is not used here, and it would import it to find out.
    tracer = Tracer(service=service, patch_modules=["botocore"])
    return tracer.capture_lambda_handler(handler, capture_response=False)
