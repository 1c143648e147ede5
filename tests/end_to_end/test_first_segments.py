"""docs/how_to/first_segments.md, word for word, in a checkout of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from conftest import PROJECT_DIR, copy_project
from covey.warehouse import fetch, open_published

PAGE = PROJECT_DIR / "docs" / "how_to" / "first_segments.md"


def test_a_hundred_people_become_five_segments_that_age_describes(
    tmp_path: Path,
) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVEY_")}
    bin_dir = Path(sys.executable).parent
    project = copy_project(tmp_path)
    run = subprocess.run(
        ["bash", "-c", "set -euo pipefail\n" + "".join(blocks)],
        cwd=project,
        env={**kept, "PATH": f"{bin_dir}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    published = open_published(project / "warehouse" / "club" / "covey.duckdb")
    segments = fetch(published, "from dim_segments order by segment_rank")
    assert sum(row["customer_count"] for row in segments) == 100
    assert len(segments) == 5
    assert any("EUR" in row["profile_sentence"] for row in segments)
    assert not any(
        "about the average), " in row["profile_sentence"] for row in segments
    )
    ages = fetch(
        published,
        "select * from rpt_segment_profiles where name like 'age: %' and ratio > 2",
    )
    assert len({row["segment_id"] for row in ages}) >= 4
    told = PAGE.read_text(encoding="utf-8")
    for row in segments:
        count = row["customer_count"]
        assert f"| {row['segment_name']} | {count} |" in told, row["segment_name"]
