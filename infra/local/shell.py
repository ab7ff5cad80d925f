"""What a shell brings that is not for a stack on this machine: an AWS account, proxies, Python's path."""

from collections.abc import Mapping

_FOREIGN = ("AWS_", "PYTHONPATH", "MINISTACK_", "POWERTOOLS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def without_foreign(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what would lead programs of this machine somewhere else."""
    return {name: value for name, value in environ.items() if not name.upper().startswith(_FOREIGN)}
