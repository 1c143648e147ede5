"""dbt as a program, ``-m covey.publish.dbt_main``, that tells its events as JSON lines.

dbt's own loggers turn every debug event into a line before they leave it out, which is
a tenth of a small build; here only what a build shows becomes one.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from dbt.cli.exceptions import DbtUsageException
from dbt.cli.main import dbtRunner
from dbt_common.events.functions import env_scrubber, msg_to_json


def say(event: Any) -> None:
    """Write an event of dbt's as a line, unless it is for debugging."""
    if event.info.level != "debug":
        sys.stdout.write(env_scrubber(msg_to_json(event)) + "\n")
        sys.stdout.flush()


def main() -> int:
    """Run dbt with the arguments of the command line."""
    # Looking for garbage among all that dbt knows of a project is another tenth.
    gc.set_threshold(100_000, 50, 100)
    result = dbtRunner(callbacks=[say]).invoke(sys.argv[1:])
    if isinstance(result.exception, DbtUsageException):
        sys.stdout.write(f"{result.exception}\n")
    return int(not result.success)


if __name__ == "__main__":
    sys.exit(main())
