"""Write, audit, publish: readers get a whole and tested version, or keep the old one.

The new file is written under a name that no reader opens, checked, flushed to disk,
and only then renamed. A kill at any instant leaves the old version or the new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import covey
from covey.publish.calendar import fit_date
from covey.publish.copying import copy_marts
from covey.publish.errors import BuildFailedError, PublishError
from covey.publish.files import flush
from covey.publish.fingerprint import Inputs, read_inputs
from covey.publish.last_run import LastRun, check_last_run
from covey.publish.locking import exclusive
from covey.publish.state import State, write_state
from covey.publish.versions import (
    Version,
    keep_version,
    make_current,
    recover,
    unfinished_path,
    version_name,
    version_with,
    versions,
)
from covey.settings import Settings
from covey.warehouse import fetch, open_build


@dataclass(frozen=True)
class Publication:
    """What publishing did.

    Attributes
    ----------
    is_new : bool
        False if a kept version already had these inputs; nothing was written then.
    row_counts : dict of str to int
        Rows by mart; empty if nothing was written.
    """

    version: Version
    is_new: bool
    row_counts: dict[str, int]


def publish(settings: Settings, force: bool = False) -> Publication:
    """Publish what the last dbt build made.

    Parameters
    ----------
    settings : Settings
        The business.
    force : bool
        Write a new version even if a kept one has the same inputs.

    Raises
    ------
    BuildFailedError
        If that build was not green and complete, or its inputs changed since.
    PublishError
        If the copy fails a check.
    BusyError
        If another process is building or publishing this business.
    """
    with exclusive(settings.warehouse_dir):
        recover(settings)
        run = check_last_run(settings)
        inputs = read_inputs(settings)
        if inputs.newest_at > run.started_at:
            raise BuildFailedError(
                f"nothing was published: {inputs.newest_file.name} changed after the "
                "last dbt build began; run `covey build`"
            )
        return publish_run(settings, run, inputs, force)


def publish_run(
    settings: Settings,
    run: LastRun,
    inputs: Inputs,
    force: bool,
    learned_by: str | None = None,
    keeps_fit: bool = False,
) -> Publication:
    """Publish the tables of one green run; the caller holds the lock.

    Parameters
    ----------
    learned_by : str, optional
        The build whose fits it uses; its own, if left out.
    keeps_fit : bool
        Whether most rows are those of the newest version, and only others are written.
    """
    same = version_with(settings, inputs.fingerprint)
    if same and not force:
        if not same.is_current:
            make_current(settings, same.path)
        return Publication(_named(settings, same.name), False, {})
    settings.build_path.chmod(0o600)
    as_of_date = _as_of_date(settings, inputs)
    newest = next(iter(versions(settings)), None)
    sequence = 1 + newest.sequence if newest else 1
    earlier = newest.path if newest and keeps_fit else None
    name = version_name(sequence, as_of_date, inputs.fingerprint)
    unfinished = unfinished_path(settings, name)
    row = _version_row(settings, inputs, name, as_of_date)
    try:
        copied = copy_marts(settings.build_path, unfinished, run.marts, row, earlier)
        state = State(
            name,
            as_of_date,
            fit_date(as_of_date, str(inputs.vars.get("refit_calendar", "month"))),
            inputs.learning,
            learned_by or inputs.fingerprint,
            settings.state_dir / name,
        )
        write_state(settings, state, run.state_tables)
        unfinished.chmod(0o644)
        flush(unfinished)
        # Readers first: a kill before the next line is mended from what they have.
        make_current(settings, unfinished)
        keep_version(settings, unfinished, name)
    except OSError as error:
        raise PublishError(f"nothing was published: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
        unfinished.with_name(unfinished.name + ".wal").unlink(missing_ok=True)
    return Publication(_named(settings, name), True, copied.row_counts)


def _named(settings: Settings, name: str) -> Version:
    return next(one for one in versions(settings) if one.name == name)


def _as_of_date(settings: Settings, inputs: Inputs) -> date:
    """Give the one scoring date of the build; an empty one has the business's own."""
    connection = open_build(settings.build_path)
    try:
        dates = fetch(connection, "select distinct as_of_date from dim_customers")
        found = [row["as_of_date"] for row in dates]
    finally:
        connection.close()
    if not found and inputs.vars.get("as_of_date"):
        found = [date.fromisoformat(str(inputs.vars["as_of_date"]))]
    if len(found) != 1:
        raise PublishError(
            f"nothing was published: dim_customers has {len(found)} values of "
            "as_of_date, and a version needs one"
        )
    as_of_date = date.fromisoformat(str(found[0])[:10])
    if str(as_of_date) != str(inputs.vars["as_of_date"]):
        raise BuildFailedError(
            f"nothing was published: the last dbt build was made as of {as_of_date}, "
            f"and {inputs.vars['as_of_date']} is asked for; run `covey build`"
        )
    return as_of_date


def _version_row(
    settings: Settings, inputs: Inputs, name: str, as_of_date: date
) -> dict[str, Any]:
    return {
        "business": settings.business,
        "version": name,
        "as_of_date": as_of_date,
        "currency_code": str(inputs.vars.get("currency_code", "")),
        "time_zone": str(inputs.vars.get("time_zone", "UTC")),
        "fingerprint": inputs.fingerprint,
        "covey_version": covey.__version__,
        # A look-up may then use the demo key without reading the business file.
        "is_demo": settings.is_demo,
    }
