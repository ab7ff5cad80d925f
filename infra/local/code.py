"""The code of the work tree as the emulator runs it."""

from infra.release.packaging.archive import archive
from infra.release.packaging.sources import service_sources
from infra.repository import ROOT
from infra.topology.model import Topology


def service_zips(topology: Topology) -> dict[str, bytes]:
    """Zip the sources of each service; the emulator's own Python brings the third-party packages."""
    services = {function.service for function in topology.functions.values()}
    return {
        service: archive({path.as_posix(): ROOT / path for path in service_sources(ROOT, service)})
        for service in services
    }
