"""Exit codes, and the error that a command stops with."""

from __future__ import annotations

OK = 0
ERROR = 1
USAGE = 2
NOT_FOUND = 3
BUILD_FAILED = 4
BUSY = 5

MEANINGS = {
    OK: "done, or there was nothing to do",
    ERROR: "something is wrong; one sentence on stderr says what",
    USAGE: "the command was not understood, or a business has to be named",
    NOT_FOUND: "no such customer, item, segment, version or published business",
    BUILD_FAILED: "a model or a test failed; the last version stays",
    BUSY: "another process is building or publishing this business",
    130: "stopped by Ctrl-C (143: by SIGTERM); the last version stays",
}


class CommandError(Exception):
    """A command cannot go on; the message is one sentence for a person."""

    def __init__(self, message: str, exit_code: int = ERROR) -> None:
        super().__init__(message)
        self.exit_code = exit_code
