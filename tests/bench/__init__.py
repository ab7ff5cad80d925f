"""Measurements: ours beside what people use today, on the same work, in one run."""
