"""Run dbt as a process of its own, and hand its events on as they happen.

``dbtRunner`` would keep DuckDB's lock on the build file after the build.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from covey.publish.parsed import shared_parse
from covey.publish.plan import Plan
from covey.settings import Settings

Event = dict[str, Any]
# A log of every statement is a tenth of a small build.
_DEFAULTS = {"DBT_LOG_LEVEL_FILE": "none"}
_SECONDS_TO_STOP = 20
_PR_SET_PDEATHSIG = 1
# Vars that are others every day go by the environment: dbt parses everything again when
# one on its command line changes.
DATED_VARS = (
    "as_of_date",
    "increment_since",
    "keeps_fit",
    "state_dir",
    "state_tables",
)
_PREFIX = "COVEY_TOLD_"


class StoppedError(RuntimeError):
    """Ctrl-C or SIGTERM reached the build; dbt was told, and nothing was published."""

    def __init__(self, signal_number: int) -> None:
        super().__init__("stopped: nothing was published, the last version stays")
        self.exit_code = 128 + signal_number


def run_dbt(
    settings: Settings,
    on_event: Callable[[Event], None],
    select: Sequence[str] = (),
    plan: Plan | None = None,
    judged_only: bool = False,
) -> int:
    """Run ``dbt build`` for one business.

    Parameters
    ----------
    settings : Settings
        The business; its vars are passed on.
    on_event : callable
        Called with each line of dbt's JSON log: ``info`` (name, level, msg), ``data``.
    select : sequence of str
        Passed on to ``--select``.
    plan : Plan, optional
        What need not be done; everything is, if left out.
    judged_only : bool
        Write into ``judged_dir`` and run no tests: to see what became of landed rows.

    Returns
    -------
    int
        dbt's exit code.

    Raises
    ------
    StoppedError
        On Ctrl-C or SIGTERM, once dbt has ended too.
    """
    told = {**settings.vars, **(plan.vars if plan else {})}
    lasting = {name: told[name] for name in told if name not in DATED_VARS}
    dated = {
        _PREFIX + name.upper(): str(told[name]) for name in DATED_VARS if name in told
    }
    folder = settings.judged_dir if judged_only else settings.warehouse_dir
    target_dir = folder / settings.target_dir.name
    with shared_parse(settings, target_dir):
        # Read as text and in a session of its own, so that a signal has one way to dbt.
        process = subprocess.Popen(
            _command(settings, lasting, select, plan, judged_only),
            cwd=settings.data_dir,
            env={**_DEFAULTS, **os.environ, **_places(settings, judged_only), **dated},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            umask=0o077,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        with process, _signals_passed_to(process) as received:
            for event in _events(process.stdout or []):
                on_event(event)
            code = process.wait()
    if received:
        raise StoppedError(received[0])
    return code


def _places(settings: Settings, judged_only: bool) -> dict[str, str]:
    places = {"COVEY_DATA_DIR": "."}
    if judged_only:
        file = settings.judged_dir / settings.build_path.name
        places["COVEY_BUILD_FILE"] = str(file.relative_to(settings.warehouse_dir))
    return places


def _command(
    settings: Settings,
    lasting: dict[str, Any],
    select: Sequence[str],
    plan: Plan | None,
    judged_only: bool,
) -> list[str]:
    folder = settings.judged_dir if judged_only else settings.warehouse_dir
    # -P: what lies in the data folder is no module.
    command = [sys.executable, "-P", "-m", "covey.publish.dbt_main", "build"]
    command += ["--project-dir", str(settings.project_dir)]
    command += ["--profiles-dir", str(settings.project_dir)]
    command += ["--target-path", str(folder / settings.target_dir.name)]
    command += ["--log-path", str(folder / "logs")]
    command += ["--log-level", "none", "--no-use-colors"]
    command += ["--no-send-anonymous-usage-stats"]
    if lasting:
        command += ["--vars", json.dumps(lasting, default=str)]
    if plan and not plan.refit_reason:
        # A test goes with the first of its models that is built.
        command += ["--exclude", "tag:learning", "--indirect-selection", "cautious"]
    elif select:
        # Nor does a part of a build test what it does not make.
        command += ["--indirect-selection", "buildable"]
    # Unit tests judge code and not rows: `dbt build` runs them, as CI does.
    command += ["--exclude-resource-type", "unit_test"]
    if judged_only:
        command += ["--exclude-resource-type", "test"]
    return command + (["--select", *select] if select else [])


def _events(lines: Iterable[str]) -> Iterator[Event]:
    """Read dbt's log; what is not JSON (a crash) becomes an error event."""
    for line in lines:
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if isinstance(event, dict) and "info" in event:
            yield event
        else:
            info = {"name": "Output", "level": "error", "msg": line.rstrip()}
            yield {"info": info, "data": {}}


@contextmanager
def _signals_passed_to(process: subprocess.Popen[str]) -> Iterator[list[int]]:
    """Hand Ctrl-C and SIGTERM to dbt; a second one ends it at once."""
    received: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if process.poll() is None:
            process.send_signal(signal.SIGINT if len(received) == 1 else signal.SIGKILL)
            signal.alarm(_SECONDS_TO_STOP)

    handled = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
    before = {number: signal.signal(number, pass_on) for number in handled}
    try:
        yield received
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_with_parent() -> None:
    """Ask Linux to end dbt if the build that started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
