"""Build one business: dbt, and then a new version if everything is green."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from covey.publish.dbt_process import Event, run_dbt
from covey.publish.errors import BuildFailedError
from covey.publish.fingerprint import read_inputs
from covey.publish.last_run import check_last_run
from covey.publish.locking import exclusive
from covey.publish.publish import Publication, publish_run
from covey.publish.versions import Version, recover, version_with
from covey.settings import Settings


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes
    ----------
    unchanged : Version or None
        The newest version, if nothing changed since it and dbt was not run.
    publication : Publication or None
        What was published, if anything was to be.
    """

    unchanged: Version | None = None
    publication: Publication | None = None


def build(
    settings: Settings,
    on_event: Callable[[Event], None],
    select: Sequence[str] = (),
    force: bool = False,
    with_publish: bool = True,
) -> BuildResult:
    """Run dbt and publish, unless nothing changed since the newest version.

    Parameters
    ----------
    settings : Settings
        The business.
    on_event : callable
        Called with dbt's log events.
    select : sequence of str
        Build only these nodes; a partial build is never published.
    force : bool
        Build even if nothing changed.
    with_publish : bool
        Whether to publish a green build.

    Raises
    ------
    BuildFailedError
        If a model or a test failed; the old version stays.
    BusyError
        If another process is building or publishing this business.
    StoppedError
        On Ctrl-C or SIGTERM.
    """
    with exclusive(settings.warehouse_dir):
        recover(settings)
        inputs = read_inputs(settings)
        same = version_with(settings, inputs.fingerprint)
        is_whole = with_publish and not select
        if same and is_whole and not force:
            return BuildResult(unchanged=same)
        code = run_dbt(settings, on_event, select)
        if settings.build_path.is_file():
            settings.build_path.chmod(0o600)
        if code != 0:
            raise BuildFailedError("the build failed: nothing was published")
        if not is_whole:
            return BuildResult()
        run = check_last_run(settings)
        return BuildResult(publication=publish_run(settings, run, inputs, force))
