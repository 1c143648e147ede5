"""Publishing: what gets in, what is refused, and which version readers get."""

import stat
from pathlib import Path

import pytest

from covey.publish import (
    PublishError,
    UnknownVersionError,
    current_version,
    publish,
    rollback,
    versions,
)
from covey.publish.fingerprint import check_settings, read_inputs
from covey.publish.versions import KEPT_VERSIONS
from covey.settings import Settings, business_names
from covey.warehouse import (
    WarehouseError,
    fetch,
    fetch_table,
    open_build,
    open_published,
)
from unit.published_fixture import change_an_input, make_project, write_build
from unit.published_rows import mart_rows


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = make_project(tmp_path)
    write_build(settings)
    return settings


def publish_another(settings: Settings, text: str) -> str:
    change_an_input(settings, text)
    return publish(settings).version.name


def read(settings: Settings, sql: str) -> list[dict]:
    connection = open_published(settings.current_path)
    try:
        return fetch(connection, sql)
    finally:
        connection.close()


def test_a_version_holds_every_mart_and_nothing_else(settings):
    done = publish(settings)
    found = read(settings, "select table_name from duckdb_tables() order by all")
    assert {row["table_name"] for row in found} == {*mart_rows(1), "covey_version"}
    assert done.row_counts == {name: len(rows) for name, rows in mart_rows(12).items()}
    assert done.is_new
    assert done.version.is_current


def test_the_version_row_says_what_the_file_is(settings):
    name = publish(settings).version.name
    (row,) = read(settings, "from covey_version")
    assert row["version"] == name
    assert name.startswith("0001_20260101_")
    assert name.endswith(row["fingerprint"])
    assert (row["business"], row["sources"]) == ("sample", "shop")
    assert (row["currency_code"], row["time_zone"]) == ("GBP", "Europe/London")
    assert row["is_demo"] is True


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("dim_customers", "customer_id"),
        ("fct_recommendations", "customer_id"),
        ("dim_customer_links", "source_customer_id"),
    ],
)
def test_tables_are_ordered_by_what_they_are_looked_up_by(settings, table, key):
    publish(settings)
    ids = [row[key] for row in read(settings, f"from {table}")]
    assert len(set(ids)) >= 12
    assert ids == sorted(ids)


def test_a_view_is_published_as_a_table(settings):
    connection = open_build(settings.build_path, read_only=False)
    connection.execute("alter table dim_segments rename to hidden")
    connection.execute("create view dim_segments as from hidden")
    connection.close()
    publish(settings)
    assert read(settings, "select count(*) as n from dim_segments")[0]["n"] == 2
    assert read(settings, "from duckdb_views() where not internal") == []


def test_readers_may_read_the_version_and_nobody_the_build(settings):
    done = publish(settings)
    assert stat.S_IMODE(done.version.path.stat().st_mode) == 0o644
    assert stat.S_IMODE(settings.current_path.stat().st_mode) == 0o644
    assert stat.S_IMODE(settings.build_path.stat().st_mode) == 0o600
    assert list(settings.warehouse_dir.rglob("*.wal")) == []
    assert list(settings.warehouse_dir.rglob("*.part")) == []


def test_publishing_the_same_again_does_nothing(settings):
    first = publish(settings)
    before = settings.current_path.stat().st_ino
    again = publish(settings)
    assert not again.is_new
    assert again.version.name == first.version.name
    assert settings.current_path.stat().st_ino == before
    assert publish(settings, force=True).version.sequence == 2


def test_five_versions_are_kept_and_the_current_one_always(settings):
    first = publish(settings).version.name
    names = [publish_another(settings, str(number)) for number in range(5)]
    assert [one.name for one in versions(settings)] == names[::-1]
    assert first not in names
    oldest = rollback(settings, names[0]).name
    connection = open_published(settings.current_path)
    rolled_on = publish_another(settings, "'more'")
    assert oldest not in [one.name for one in versions(settings)]
    assert current_version(settings).name == rolled_on
    assert len(versions(settings)) == KEPT_VERSIONS
    # A reader keeps the version that it opened, even once that was dropped.
    assert fetch_table(connection, "covey_version")[0]["version"] == oldest


def test_rolling_back_and_forward(settings):
    first = publish(settings).version.name
    second = publish_another(settings, "2")
    assert rollback(settings).name == first
    assert read(settings, "from covey_version")[0]["version"] == first
    with pytest.raises(UnknownVersionError, match="no version before"):
        rollback(settings)
    assert rollback(settings, "0002").name == second
    assert rollback(settings, second).name == second  # onto itself
    assert list(settings.warehouse_dir.rglob("*.part")) == []
    with pytest.raises(UnknownVersionError, match="several versions fit"):
        rollback(settings, "000")
    with pytest.raises(UnknownVersionError, match="there are 0002"):
        rollback(settings, "../../etc/passwd")


def test_publishing_after_a_rollback_goes_forward_again(settings):
    publish(settings)
    second = publish_another(settings, "2")
    rollback(settings)
    done = publish(settings)
    assert not done.is_new
    assert done.version.name == second
    assert current_version(settings).name == second


def test_inputs_that_go_back_make_a_new_version(settings):
    first = publish_another(settings, "1")
    publish_another(settings, "2")
    third = publish_another(settings, "1")
    assert third.startswith("0003")
    assert third.split("_")[2] == first.split("_")[2]


def test_a_damaged_version_is_not_rolled_back_to(settings):
    first = publish(settings).version
    second = publish_another(settings, "2")
    first.path.chmod(0o644)
    first.path.write_bytes(b"\0" * 10_000)
    with pytest.raises(PublishError, match="is damaged"):
        rollback(settings)
    assert current_version(settings).name == second


def test_a_kill_between_the_swap_and_the_keeping_is_mended(settings):
    name = publish(settings).version.name
    kept = settings.published_dir / f"{name}.duckdb"
    kept.rename(settings.published_dir / f"{name}.part")
    assert versions(settings) == []
    assert not publish(settings).is_new
    assert [one.name for one in versions(settings)] == [name]
    assert current_version(settings).name == name
    assert list(settings.published_dir.glob("*.part")) == []


def test_a_damaged_current_file_heals(settings):
    publish(settings)
    name = publish_another(settings, "2")
    settings.current_path.unlink()
    settings.current_path.write_bytes(b"no database")
    assert current_version(settings) is None
    publish(settings)
    assert current_version(settings).name == name


def test_a_published_file_is_locked(settings, tmp_path):
    publish(settings)
    (tmp_path / "a.csv").write_text("a\n1\n")
    connection = open_published(settings.current_path)
    for statement in (
        "create table t (i int)",
        "delete from dim_customers",
        f"from read_csv('{tmp_path / 'a.csv'}')",
        f"attach '{tmp_path / 'other.duckdb'}' as other",
        "set enable_external_access = true",
        "copy dim_customers to '/tmp/covey_leak.csv'",
    ):
        with pytest.raises(Exception, match=r"read-only|disabled|locked|Cannot"):
            fetch(connection, statement)


def test_a_symbolic_link_is_not_opened(settings, tmp_path):
    publish(settings)
    link = tmp_path / "link.duckdb"
    link.symlink_to(settings.current_path)
    with pytest.raises(WarehouseError, match="symbolic link"):
        open_published(link)


def test_table_names_come_from_the_file(settings):
    publish(settings)
    connection = open_published(settings.current_path)
    with pytest.raises(WarehouseError, match="no table"):
        fetch_table(connection, 'dim_customers"; drop table dim_customers; --')


def test_the_fingerprint_follows_the_inputs(settings):
    seen = {read_inputs(settings).fingerprint}

    def changes(path: str, text: str = "x", root: Path = settings.project_dir) -> bool:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        now = read_inputs(settings).fingerprint
        is_new = now not in seen
        seen.add(now)
        return is_new

    assert changes("models/core/core_items.sql")
    assert changes("macros/money.sql")
    assert changes("seeds/costs.csv")
    assert changes("python/covey/ml/segments/kmeans.py")
    assert changes("tests/dbt/singular/rows_balance.sql")
    assert changes("data/landed/shop/products/1.json", "{}", settings.data_dir)
    assert changes("data/landed/shop/products/1.json", "{1}", settings.data_dir)
    assert not changes("data/landed/bank/loans/1.json", "{}", settings.data_dir)
    assert not changes("data/landed/shop/products/1.parquet", "x", settings.data_dir)
    assert not changes("python/covey/cli/tables.py")
    assert not changes("python/covey/ml/segments/__pycache__/kmeans.pyc")
    assert not changes("docs/cli.md")
    other = Settings("sample", settings.project_dir, settings.data_dir, {"a": 1})
    assert read_inputs(other).fingerprint not in seen


def test_every_business_has_only_settings_that_there_are() -> None:
    for business in business_names(Settings.load().project_dir):
        check_settings(Settings.load(business))
