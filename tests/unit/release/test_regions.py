"""Regions in which this cannot stand are refused before anything is asked of AWS."""

import os
import subprocess

import pytest
from botocore.session import Session

from infra.repository import ROOT

SCRIPTS = ("bootstrap.sh owner/repository", "terraform.sh plan dev")


def _regions_of_other_partitions() -> list[str]:
    """One of each partition that botocore knows, but for AWS's public one."""
    session = Session()
    partitions = set(session.get_available_partitions()) - {"aws"}
    return [session.get_available_regions("dynamodb", partition)[0] for partition in sorted(partitions)]


@pytest.mark.parametrize("region", _regions_of_other_partitions())
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_region_of_another_partition_is_refused_in_one_line(region: str, script: str) -> None:
    program, *arguments = script.split()

    ran = subprocess.run(
        [ROOT / "infra/release" / program, *arguments],
        env={**os.environ, "AWS_REGION": region, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )

    assert ran.returncode == 2
    assert ran.stderr == f"{program}: {region} is not of AWS's public partition\n"
