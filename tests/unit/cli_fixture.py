"""Run a command of covey in this process."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from covey.cli import main
from covey.settings import Settings


def runner(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> Callable[..., SimpleNamespace]:
    """Give a function that runs a command: its code, stdout and stderr."""
    monkeypatch.setenv("COVEY_PROJECT_DIR", str(settings.project_dir))
    monkeypatch.setenv("COVEY_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("COVEY_KEY", raising=False)
    monkeypatch.chdir(settings.project_dir)

    def run(*arguments: str) -> SimpleNamespace:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return SimpleNamespace(code=end.value.code, out=out, err=err)

    return run
