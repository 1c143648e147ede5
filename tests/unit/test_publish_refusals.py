"""What is not published: a build that is not whole, not green, or not this one."""

import json
import os
import time
from pathlib import Path

import pytest

from covey.publish import (
    BuildFailedError,
    BusyError,
    PublishError,
    current_version,
    publish,
    versions,
)
from covey.publish.checking import Copied, check_copy
from covey.publish.fingerprint import check_settings
from covey.publish.locking import exclusive
from covey.settings import Settings, SettingsError
from covey.warehouse import (
    open_build,
)
from unit.published_fixture import (
    change_an_input,
    make_project,
    read_contents,
    write_artefacts,
    write_build,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = make_project(tmp_path)
    write_build(settings)
    return settings


REFUSALS = {
    "a test failed": (
        {"statuses": {"test.covey.unique_dim_customers.abc": "fail"}},
        r"1 of \d+ .* did not pass \(unique_dim_customers\)",
    ),
    "a model broke": (
        {"statuses": {"model.covey.core_customers": "error"}},
        "did not pass",
    ),
    "a model was skipped": (
        {"statuses": {"model.covey.dim_segments": "skipped"}},
        "did not pass",
    ),
    "only a part was built": (
        {"left_out": ("model.covey.core_customers",)},
        "was partial: it left out 1 ",
    ),
    "tests were left out": (
        {"left_out": ("test.covey.unique_dim_customers.abc",)},
        "was partial",
    ),
    "it was no build": ({"which": "run"}, "the last dbt command was `dbt run`"),
    "it was killed": ({"finished": False}, "stopped before its end"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_only_a_green_and_whole_build_is_published(settings, case):
    name = publish(settings).version.name
    change_an_input(settings, "2")
    arguments, message = REFUSALS[case]
    write_artefacts(settings, **arguments)
    with pytest.raises(BuildFailedError, match=message):
        publish(settings)
    assert current_version(settings).name == name


def test_a_build_with_other_settings_is_refused(tmp_path):
    settings = make_project(tmp_path, "grocery")
    write_build(settings)
    results = settings.target_dir / "run_results.json"
    content = json.loads(results.read_text())
    content["args"]["vars"]["as_of_date"] = "2025-06-01"
    results.write_text(json.dumps(content))
    with pytest.raises(BuildFailedError, match="used other vars"):
        publish(settings)


def test_a_build_as_of_another_date_is_refused(tmp_path):
    settings = make_project(tmp_path, "grocery")
    write_build(settings)
    results = settings.target_dir / "run_results.json"
    content = json.loads(results.read_text())
    del content["args"]["vars"]["as_of_date"]  # it came by the environment
    results.write_text(json.dumps(content))
    with pytest.raises(BuildFailedError, match="as of 2026-01-01, and 2026-01-02"):
        publish(settings.with_as_of("2026-01-02"))


def test_a_plain_dbt_build_can_be_published(settings):
    target = settings.project_dir / "target"
    settings.target_dir.rename(target)
    assert publish(settings).is_new
    target.rename(settings.target_dir)


def test_another_business_is_not_taken_for_this_one(settings):
    other = make_project(settings.data_dir, "grocery")
    settings.target_dir.rename(settings.project_dir / "target")
    with pytest.raises(BuildFailedError, match="no dbt build of business 'grocery'"):
        publish(other)


def test_code_that_changed_after_the_build_is_refused(settings):
    file = settings.project_dir / "models" / "marts" / "dim_customers.sql"
    file.write_text("select 3")
    with pytest.raises(BuildFailedError, match=r"dim_customers.sql changed after"):
        publish(settings)


def test_a_build_file_of_a_later_hand_is_refused(settings):
    os.utime(settings.build_path, (time.time() + 500, time.time() + 500))
    with pytest.raises(BuildFailedError, match="was written to after"):
        publish(settings)
    os.utime(settings.build_path, (1_700_000_000, 1_700_000_000))
    with pytest.raises(BuildFailedError, match="did not write"):
        publish(settings)


def test_a_log_beside_the_build_file_is_refused(settings):
    settings.build_path.with_name("build.duckdb.wal").write_bytes(b"commits")
    with pytest.raises(BuildFailedError, match="is left of a build"):
        publish(settings)


def test_no_build_at_all_is_refused(tmp_path):
    with pytest.raises(BuildFailedError, match="has finished"):
        publish(make_project(tmp_path))


def test_a_personal_column_is_never_published(settings):
    write_artefacts(settings, personal="dim_customers")
    with pytest.raises(PublishError, match=r"dim_customers\.email is marked personal"):
        publish(settings)
    assert versions(settings) == []


def test_a_mart_that_the_build_lacks_is_named(settings):
    connection = open_build(settings.build_path, read_only=False)
    connection.execute("drop table dim_segments")
    connection.close()
    with pytest.raises(PublishError, match="no table dim_segments"):
        publish(settings)
    assert list(settings.published_dir.iterdir()) == []


def test_a_copy_that_differs_is_refused(settings):
    done = publish(settings)
    macros = ("assign_segment",)
    contents = read_contents(done.version.path)
    check_copy(done.version.path, Copied(contents, macros))
    of_customers = contents["dim_customers"]
    more = {**contents, "dim_customers": of_customers._replace(row_count=13)}
    with pytest.raises(PublishError, match="12 rows in the copy and 13 in the build"):
        check_copy(done.version.path, Copied(more, macros))
    other = {**contents, "dim_customers": of_customers._replace(hash_sum=1)}
    with pytest.raises(PublishError, match="dim_customers has other rows in the copy"):
        check_copy(done.version.path, Copied(other, macros))
    less = {"dim_customers": of_customers}
    with pytest.raises(PublishError, match="the copy differs in"):
        check_copy(done.version.path, Copied(less, macros))


def test_two_scoring_dates_are_refused(settings):
    connection = open_build(settings.build_path, read_only=False)
    connection.execute(
        "update dim_customers set as_of_date = date '2020-01-01' "
        "where days_since_last_order = 1"
    )
    connection.close()
    with pytest.raises(PublishError, match="2 values of as_of_date"):
        publish(settings)


def test_a_second_publisher_is_refused_with_the_pid_of_the_first(settings):
    with (
        exclusive(settings.warehouse_dir),
        pytest.raises(BusyError, match=f"process {os.getpid()} is building"),
    ):
        publish(settings)
    assert publish(settings).is_new


def test_a_setting_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    settings = make_project(tmp_path, "bank")
    check_settings(settings)
    settings.vars["as_of_dat"] = "2026-01-01"
    with pytest.raises(SettingsError, match="as_of_dat: is it as_of_date"):
        check_settings(settings)


def test_settings_take_only_the_words_that_there_are() -> None:
    settings = Settings("grocery", Settings.load().project_dir, Path())
    settings.vars["recommendation_method"] = "als"
    with pytest.raises(SettingsError, match="is als, not one of item_item_cosine"):
        check_settings(settings)
