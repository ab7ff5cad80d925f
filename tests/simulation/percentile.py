"""What share of values is below what."""


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of all values is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
