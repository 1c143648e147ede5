"""The `covey` command: its options, its commands, and how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
import typer.main
from typer.core import TyperGroup

from covey import __version__
from covey.cli.exits import ERROR, MEANINGS, OK, USAGE
from covey.settings import SettingsError
from covey.warehouse import first_line

# \b keeps the lines of a block as they are.
_EXIT_CODES = "\n".join(f"  {code:>3}  {text}" for code, text in MEANINGS.items())
_EPILOG = (
    f"\b\nExample:\n  covey -b grocery lookup 1023\n\n\b\nExit codes:\n{_EXIT_CODES}"
)

# Each command: the module that has a function of its name, and an example that means
# something with the demo's data.
COMMANDS = {
    "segments": ("answers.overview", "covey segments"),
    "segments accept": (
        "work.segment_matches",
        "covey -b grocery segments accept 2 segment_3 --reason 'same baskets'",
    ),
    "segment": ("answers.segment", "covey segment Champions"),
    "movers": ("answers.movers", "covey movers --from Champions --limit 10"),
    "assign": (
        "answers.assign",
        "covey assign --feature active_week_count_90d=6 \\\n"
        "      --feature spend_amount_90d=240 --feature category_count_90d=18",
    ),
    "lookup": ("answers.customers", "covey lookup 1023"),
    "list": (
        "answers.contact_list",
        "covey list --top 500 --by expected-value --budget 300",
    ),
    "why": ("answers.customers", "covey why 1023"),
    "score": (
        "answers.score",
        "covey -b telecom score --feature tenure_months=3 \\\n"
        "      --feature contract='Month-to-month'",
    ),
    "models": ("answers.models", "covey models"),
    "model": ("answers.models", "covey model lapse_28d"),
    "recommend": (
        "answers.recommend",
        "covey recommend --history 'sour creams,spring water'",
    ),
    "identity": ("answers.records", "covey identity 1023"),
    "similar": ("answers.overview", "covey similar 'tortilla/nacho chips'"),
    "together": ("answers.together", "covey together 'tortilla/nacho chips'"),
    "quality": ("answers.quality", "covey quality --rows"),
    "readiness": ("answers.readiness", "covey readiness --all"),
    "diff": ("answers.diff", "covey diff previous current"),
    "report": ("work.files", "covey report --output report.html"),
    "build": ("work.building", "covey -b grocery build"),
    "publish": ("work.building", "covey -b grocery publish"),
    "versions": ("work.building", "covey -b grocery versions"),
    "rollback": ("work.building", "covey -b grocery rollback"),
    "init": ("work.mapping", "covey init bakery exports/ --yes"),
    "check": ("work.mapping", "covey -b bakery check"),
    "land": ("work.files", "covey -b sample land shop data/made/shop"),
    "card": ("work.card", "covey -b shop card"),
    "rejects": ("work.rejects", "covey -b shop rejects --reason bad_time"),
    "make-shop": ("work.files", "covey make-shop --customers 5000 --seed 7"),
    "tune": ("work.tune", "covey -b grocery tune"),
    "demo": ("work.files", "covey demo grocery"),
}


_TO_FUNCTION = str.maketrans("- ", "__")


class CommandsOnDemand(TyperGroup):
    """A group that imports a command when it is asked for.

    A look-up then pays for one command and not for fifteen. The name of a command may
    be two words.
    """

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take two words as the name of a command where they are one."""
        if " ".join(args[:2]) in COMMANDS:
            args = [" ".join(args[:2]), *args[2:]]
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f": is it {near[0]!r}?" if near else ""
            ctx.fail(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands that ask apart from those that change something."""
        for title, room in (("Ask", "answers"), ("Build and change", "work")):
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name, self.get_command(ctx, name).get_short_help_str(200))
                        for name, (module_name, _) in COMMANDS.items()
                        if module_name.startswith(room)
                    ]
                )

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands, in the order in which help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Make one command, or give nothing if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module_name, example = COMMANDS[cmd_name]
        module = import_module(f"covey.cli.{module_name}")
        function = getattr(module, cmd_name.translate(_TO_FUNCTION))
        only = typer.Typer(rich_markup_mode=None, add_completion=False)
        only.command(cmd_name, epilog=f"\b\nExample:\n  {example}")(function)
        return typer.main.get_command(only)


app = typer.Typer(
    name="covey",
    cls=CommandsOnDemand,
    help="Who your customers are, who is leaving, and what each one wants next.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"covey {__version__}")
        raise typer.Exit()


@app.callback()
def choose(
    context: typer.Context,
    business: Annotated[
        str | None,
        typer.Option(
            "--business",
            "-b",
            metavar="NAME",
            help="The business; may be left out while only one is published.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Show covey's version.",
            callback=_show_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Keep the name of the business for the command."""
    context.obj = business


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command; an error is one sentence on stderr and an exit code.

    With ``COVEY_DEBUG`` set, the traceback shows where the sentence came from.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process, if left out; the process then ends at once.
    """
    code = OK
    try:
        app(None if arguments is None else list(arguments), prog_name="covey")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else OK
    except Exception as error:
        if os.environ.get("COVEY_DEBUG"):
            raise
        typer.echo(f"covey: {_sentence(error)}", err=True)
        code = _exit_code(error)
    if arguments is None:
        _end_process(code)
    sys.exit(code)


def _end_process(code: int) -> NoReturn:
    """End without tidying up memory, which takes a tenth of a look-up's time."""
    with suppress(OSError):  # the reader of a pipe may have gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _sentence(error: Exception) -> str:
    """Say an error to a person: covey's own say it already."""
    module = type(error).__module__
    if module.startswith("covey."):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    if module.startswith(("duckdb", "_duckdb")):
        return f"the published file could not be read as expected: {first_line(error)}"
    name = type(error).__name__
    return f"this should not happen ({name}: {error}); COVEY_DEBUG=1 shows where"


def _exit_code(error: Exception) -> int:
    if isinstance(error, SettingsError):
        return USAGE
    return int(getattr(error, "exit_code", ERROR))
