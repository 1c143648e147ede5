"""The command line: the only part of covey that prints."""

from covey.cli.commands import app, main

__all__ = ["app", "main"]
