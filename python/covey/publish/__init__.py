"""Publishing: tested marts become the version that readers get, by one rename."""

from covey.publish.build import BuildResult, build
from covey.publish.dbt_process import StoppedError
from covey.publish.errors import (
    BuildFailedError,
    BusyError,
    PublishError,
    UnknownVersionError,
)
from covey.publish.publish import Publication, publish
from covey.publish.versions import (
    Version,
    current_version,
    find_version,
    rollback,
    versions,
)

__all__ = [
    "BuildFailedError",
    "BuildResult",
    "BusyError",
    "Publication",
    "PublishError",
    "StoppedError",
    "UnknownVersionError",
    "Version",
    "build",
    "current_version",
    "find_version",
    "publish",
    "rollback",
    "versions",
]
