"""What can stop a build or a publication, each with its exit code for the CLI."""

from __future__ import annotations

from typing import ClassVar


class PublishError(RuntimeError):
    """Nothing was published; the message says why and what to do."""

    exit_code: ClassVar[int] = 1


class UnknownVersionError(PublishError):
    """No kept version has that name."""

    exit_code = 3


class BuildFailedError(PublishError):
    """The last dbt build was not green and complete."""

    exit_code = 4


class BusyError(PublishError):
    """Another process is building or publishing the same business."""

    exit_code = 5
