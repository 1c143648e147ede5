"""The report page: what a published version says, for people without a manual."""

from covey.reports.page import write_report

__all__ = ["write_report"]
