"""When fits are due: once a period, on what was known at its start."""

from __future__ import annotations

from datetime import date, timedelta

from covey.publish.errors import PublishError


def fit_date(as_of_date: date, calendar: str) -> date:
    """Give the date that the fits of a build know everything before.

    Parameters
    ----------
    as_of_date : date
        The scoring date.
    calendar : str
        ``day``, ``week`` (from Monday), ``month`` or ``quarter``: the business's
        ``refit_calendar``.

    Raises
    ------
    PublishError
        If the calendar is another word.

    Examples
    --------
    >>> fit_date(date(2026, 3, 17), "month")
    datetime.date(2026, 3, 1)
    >>> fit_date(date(2026, 3, 17), "week")
    datetime.date(2026, 3, 16)
    """
    month = as_of_date.replace(day=1)
    starts = {
        "day": as_of_date,
        "week": as_of_date - timedelta(days=as_of_date.weekday()),
        "month": month,
        "quarter": month.replace(month=(month.month - 1) // 3 * 3 + 1),
    }
    if calendar not in starts:
        raise PublishError(
            f"refit_calendar is {calendar!r}: choose one of {', '.join(starts)}"
        )
    return starts[calendar]
