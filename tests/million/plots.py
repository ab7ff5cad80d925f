"""The simulated day as images that a page can hold."""

import base64
import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tests.million.day import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Draw = Callable[["Axes"], object]
PERCENTILES = (50, 90, 99, 99.9)


def plots_of(outcomes: list[Outcome]) -> dict[str, str]:
    """Return data URLs of images, by title."""
    hours = sorted((each for each in outcomes if each.stretch.endswith(":00")), key=lambda each: each.hour)
    plots = {}
    if hours:
        plots["Lag over the day, seconds"] = _image(partial(_lag_of_hours, hours), "hour")
        plots["Requests to API Gateway over the day, the peak second's"] = _image(
            lambda axes: axes.plot(
                [each.hour for each in hours],
                [each.meters.peaks["api_requests_per_second"] for each in hours],
            ),
            "hour",
        )
    for outcome in outcomes:
        if not outcome.stretch.endswith(":00"):
            plots[f"{outcome.stretch}: lag by the second of arrival"] = _image(
                partial(_lag_of_seconds, outcome), "seconds"
            )
    return plots


def figure_of(outcomes: list[Outcome]) -> "Figure":
    """Return the day and what went wrong on it side by side, for the documentation."""
    hours = sorted((each for each in outcomes if each.stretch.endswith(":00")), key=lambda each: each.hour)
    events = [each for each in outcomes if not each.stretch.endswith(":00")]
    figure = _figure(14, 6)
    panels = list(figure.subplots(2, 4).flat)
    for axes in panels:
        axes.set_visible(False)
    for axes, (title, draw) in zip(
        panels,
        [("lag over the day, seconds by hour", partial(_lag_of_hours, hours))] * bool(hours)
        + [(f"{each.stretch}: lag by second", partial(_lag_of_seconds, each)) for each in events],
        strict=False,
    ):
        axes.set_visible(True)
        axes.set_title(title, fontsize="medium")
        draw(axes)
        axes.set_ylim(bottom=0)
    return figure


def _lag_of_hours(hours: list[Outcome], axes: "Axes") -> None:
    for percent in PERCENTILES:
        axes.plot(
            [each.hour for each in hours],
            [each.meters.lags.percentile(percent) for each in hours],
            label=f"p{percent:g}",
        )
    axes.legend(fontsize="small")


def _lag_of_seconds(outcome: Outcome, axes: "Axes") -> None:
    seconds = sorted(outcome.meters.lags_by_second)
    for percent in (50, 99):
        lags = [outcome.meters.lags_by_second[second].percentile(percent) for second in seconds]
        axes.plot(seconds, lags, label=f"p{percent}")
    axes.legend(fontsize="small")


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure  # takes a second to load: only where a page is written

    return Figure(figsize=(width, height), layout="constrained")


def _image(draw: Draw, label: str) -> str:
    figure = _figure(9, 2.8)
    axes = figure.subplots()
    draw(axes)
    axes.set_xlabel(label)
    axes.set_ylim(bottom=0)
    image = io.BytesIO()
    figure.savefig(image, format="svg")
    return "data:image/svg+xml;base64," + base64.b64encode(image.getvalue()).decode()
