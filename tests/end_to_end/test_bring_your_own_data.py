"""docs/how_to/bring_your_own_data.md, word for word, in a checkout of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from conftest import PROJECT_DIR, copy_project

PAGE = PROJECT_DIR / "docs" / "how_to" / "bring_your_own_data.md"


def test_three_files_become_segments_in_a_quarter_of_an_hour(tmp_path: Path) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert any("covey -b bakery segments" in block for block in blocks)
    script = "set -euo pipefail\n" + "".join(
        f"echo '=== block {number}'\n{block}" for number, block in enumerate(blocks)
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVEY_")}
    bin_dir = Path(sys.executable).parent
    started = time.monotonic()
    run = subprocess.run(
        ["bash", "-c", script],
        cwd=copy_project(tmp_path),
        env={**kept, "PATH": f"{bin_dir}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert time.monotonic() - started < 15 * 60
    said = re.split(r"=== block \d+\n", run.stdout)
    assert "wrote businesses/bakery.yml" in run.stdout
    assert "\nok\n" in run.stdout
    assert any("Segment" in part and "Customers" in part for part in said)
    assert "bakery.customers" in run.stdout
