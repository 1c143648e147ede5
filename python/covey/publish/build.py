"""Build one business: dbt, and then a new version if everything is green."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from covey.landing.manifests import verify_landed
from covey.publish.dbt_process import Event, run_dbt
from covey.publish.errors import BuildFailedError
from covey.publish.fingerprint import check_settings, read_inputs
from covey.publish.last_run import check_last_run
from covey.publish.locking import exclusive
from covey.publish.plan import Plan, forget_build, make_plan, remember_build
from covey.publish.publish import Publication, publish_run
from covey.publish.state import take_over
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
    plan : Plan or None
        What was done, if dbt was run: a fit or none, an increment or all.
    """

    unchanged: Version | None = None
    publication: Publication | None = None
    plan: Plan | None = None


def build(
    settings: Settings,
    on_event: Callable[[Event], None],
    select: Sequence[str] = (),
    force: bool = False,
    with_publish: bool = True,
    refit: bool = False,
    compare: bool = False,
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
        Build from nothing, even if nothing changed.
    with_publish : bool
        Whether to publish a green build.
    refit : bool
        Fit anew, whatever the calendar says.
    compare : bool
        Fit anew, and what only stands beside too.

    Raises
    ------
    SettingsError
        If the business's file has a setting that there is not.
    BuildFailedError
        If a model or a test failed; the old version stays.
    LandingError
        If a landed file is damaged or gone.
    BusyError
        If another process is building or publishing this business.
    StoppedError
        On Ctrl-C or SIGTERM.
    """
    check_settings(settings)
    with exclusive(settings.warehouse_dir):
        recover(settings)
        inputs = read_inputs(settings)
        same = version_with(settings, inputs.fingerprint)
        if same and with_publish and not (select or force or refit or compare):
            return BuildResult(unchanged=same)
        verify_landed(settings, list(inputs.vars.get("sources") or ()))
        plan = make_plan(settings, inputs, refit, force, compare)
        forget_build(settings)
        if select:
            _run_green(settings, on_event, select, None)
            return BuildResult()
        if plan.state and not plan.refit_reason and not plan.is_learned_there:
            take_over(settings, plan.state)
        _run_green(settings, on_event, (), plan)
        run = check_last_run(settings, plan)
        learned_by = inputs.fingerprint
        if plan.state and not plan.refit_reason:
            learned_by = plan.state.learned_by
        remember_build(settings, inputs, learned_by)
        if not with_publish:
            return BuildResult(plan=plan)
        is_asked = force or refit or compare
        publication = publish_run(
            settings, run, inputs, is_asked, learned_by, plan.keeps_fit
        )
        return BuildResult(publication=publication, plan=plan)


def _run_green(
    settings: Settings,
    on_event: Callable[[Event], None],
    select: Sequence[str],
    plan: Plan | None,
) -> None:
    code = run_dbt(settings, on_event, select, plan)
    if settings.build_path.is_file():
        settings.build_path.chmod(0o600)
    if code != 0:
        raise BuildFailedError("the build failed: nothing was published")
