"""`covey tune --write` changes what it chose in a business's file, and nothing else."""

from pathlib import Path

import pytest
import yaml

from covey.cli.exits import CommandError
from covey.cli.work.business_file import replace_block, write_settings
from covey.ml.recommendations.cosine import Knobs
from covey.ml.recommendations.evaluation import Chosen
from covey.ml.recommendations.tuning import make_grid
from covey.settings import Settings

FILE = """# A grocer.
business: grocery # the name
recommendation_knobs: # what was here
  beta: 0.5
  alpha: 0.6
# What follows.
outcomes: [lapse_28d]
"""


def test_only_what_was_chosen_changes(tmp_path: Path) -> None:
    path = tmp_path / "businesses" / "grocery.yml"
    path.parent.mkdir()
    path.write_text(FILE)
    chosen = {
        "recommendation_method": ["recommendation_method: ease"],
        "recommendation_knobs": ["recommendation_knobs:", "  beta: 0"],
    }
    settings = Settings("grocery", tmp_path, tmp_path)
    write_settings(settings, chosen)
    assert (
        path.read_text()
        == FILE.replace(
            " # what was here\n  beta: 0.5\n  alpha: 0.6\n", "\n  beta: 0\n"
        )
        + "recommendation_method: ease\n"
    )
    write_settings(settings, chosen)
    assert yaml.safe_load(path.read_text())["recommendation_method"] == "ease"
    with pytest.raises(CommandError, match="its settings are in dbt_project"):
        write_settings(Settings("sample", tmp_path, tmp_path), chosen)


def test_a_block_ends_where_the_next_key_or_comment_begins() -> None:
    text = "a:\n- 1\n- 2\n\n# b\nb: 3\n"
    assert replace_block(text, "a", ["a: [4]"]) == "a: [4]\n\n# b\nb: 3\n"


def test_the_present_choice_is_compared_first_and_each_choice_once() -> None:
    incumbent = Chosen("ease", Knobs(l2=20, beta=0, half_life_days=60))
    grid = make_grid(incumbent)
    assert grid[0] == incumbent
    keys = [(one.method, one.knobs) for one in grid]
    assert len(set(keys)) == len(keys)
    assert {one.method for one in grid} == {"item_item_cosine", "ease", "content"}
