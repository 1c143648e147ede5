"""Bad files 15 to 19: cut short, not as sent, landed twice, spoilt later."""

from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from conftest import PROJECT_DIR
from covey.landing import LandingError, UnreadableFileError, land, verify_landed
from faults.csv_files import HEADER, ROWS, TWO, csv_text, plain_columns
from faults.door import COLUMNS, SOURCE, Door, new_door, values


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door.at(tmp_path)


def test_15_a_truncated_gz_stops(door: Door) -> None:
    text = HEADER + "".join(f"{i},Ann,{i}.50\n" for i in range(5000))
    whole = gzip.compress(text.encode())
    for kept in (len(whole) // 2, len(whole) - 4, 15):
        with pytest.raises(UnreadableFileError, match=r"cut off.*fetch it again"):
            door.land(whole[:kept], "sales.csv.gz")
    assert door.land(whole, "sales.csv.gz").input_rows == 5000


@examples(max_examples=150, deadline=None)
@given(ROWS, st.booleans(), st.data())
def test_15_a_cut_file_never_loses_rows_silently(
    rows: list[tuple[str, str, str]], quoted: bool, data: st.DataObject
) -> None:
    """Without a hash: stopped, or warned of, unless it ends with a whole record."""
    whole = csv_text(rows, quoted=quoted).encode()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with new_door() as door:
        try:
            landed = door.land(cut)
        except LandingError:
            return
        found = values(door.rows(landed), *COLUMNS)
    is_warned = any("line end" in warning for warning in landed.warnings)
    assert is_warned or cut.endswith(b"\n")
    complete = found[:-1] if is_warned else found
    assert complete == rows[: len(complete)]
    assert len(found) == len(complete) + is_warned


@examples(max_examples=100, deadline=None)
@given(ROWS, st.data(), st.sampled_from(["own", "sums"]))
def test_15_a_file_that_is_not_as_sent_stops_by_its_hash(
    rows: list[tuple[str, str, str]], data: st.DataObject, kind: str
) -> None:
    """Cut anywhere or with any byte flipped, it is refused; whole, it lands."""
    whole = csv_text(rows).encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[place] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128]))
    digest = hashlib.sha256(whole).hexdigest()
    with new_door() as door:
        if kind == "own":
            door.put(f"{digest}\n", "sales.csv.sha256")
        else:
            door.put(f"{digest} *./sales.csv\n{digest}  other.csv\n", "SHA256SUMS")
        for bad in (whole[:place], bytes(flipped)):
            with pytest.raises(LandingError, match=r"sales\.csv is not the file"):
                door.land(bad)
        assert door.land(whole).input_rows == len(rows)


def test_15_a_last_row_that_ends_in_the_middle_stops(door: Door) -> None:
    with pytest.raises(UnreadableFileError, match=r"line 3: the file ends in the mid"):
        door.land(TWO[:-6])


def test_16_the_same_file_again_is_no_landing_and_says_so(door: Door) -> None:
    first, again = door.land(TWO), door.land(TWO, "sales_2.csv")
    assert first.is_new and not again.is_new
    assert again.load_id == first.load_id
    assert len(door.landed_files()) == 1


def test_16_a_new_declaration_lands_the_same_file_in_its_place(door: Door) -> None:
    first = door.land(TWO)
    columns = plain_columns()
    columns[1]["config"] = {"meta": {"personal": "contact"}}
    door.declare("sales", columns)
    again = door.land()
    assert again.is_new and again.load_id == first.load_id
    assert "name" not in door.rows(again).column_names
    assert verify_landed(door.settings, [SOURCE]) == 1


def test_17_the_same_rows_in_two_files_all_land_for_staging_to_count(
    door: Door,
) -> None:
    first = door.land(TWO, "sales_2010.csv")
    second = door.land(TWO + "3,Cy,3.50\n", "sales_2011.csv")
    assert (first.input_rows, second.input_rows) == (2, 3)
    assert second.load_id > first.load_id, "a newer load: its rows are the repeats"


@pytest.fixture(scope="module")
def landed_parquet(tmp_path_factory: pytest.TempPathFactory) -> Door:
    door = Door.at(tmp_path_factory.mktemp("parquet"))
    door.land(HEADER + "".join(f"{i},Ann{i},{i}.50\n" for i in range(50)))
    return door


@examples(max_examples=60, deadline=None)
@given(data=st.data())
def test_18_a_flipped_byte_of_a_landed_file_stops_by_its_hash(
    landed_parquet: Door, data: st.DataObject
) -> None:
    (path,) = landed_parquet.landed_files()
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[data.draw(st.integers(0, len(whole) - 1))] ^= 1
    try:
        path.write_bytes(flipped)
        with pytest.raises(LandingError, match="not what was landed"):
            verify_landed(landed_parquet.settings, [SOURCE])
    finally:
        path.write_bytes(whole)
    assert verify_landed(landed_parquet.settings, [SOURCE]) == 1


def test_18_a_parquet_file_that_is_not_as_sent_stops(door: Door) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({name: ["1"] for name in COLUMNS}), sink)
    whole = sink.getvalue()
    door.put(hashlib.sha256(whole).hexdigest(), "sales.parquet.sha256")
    for place in range(0, len(whole), 7):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        with pytest.raises(LandingError, match="not the file"):
            door.land(bytes(flipped), "sales.parquet")
    door.inbox.joinpath("sales.parquet.sha256").unlink()
    with pytest.raises(UnreadableFileError, match="fetch it again"):
        door.land(whole[:-20], "sales.parquet")


def test_18_a_missing_landed_file_stops(door: Door) -> None:
    door.land(TWO)
    door.landed_files()[0].unlink()
    with pytest.raises(LandingError, match="is missing"):
        verify_landed(door.settings, [SOURCE])


@pytest.mark.parametrize(
    ("count", "is_odd"), [(5, True), (6, False), (39, False), (40, True)]
)
def test_19_half_or_four_times_the_rows_stop_unless_accepted(
    door: Door, count: int, is_odd: bool
) -> None:
    def text(rows: int, name: str) -> str:
        return HEADER + "".join(f"{i},{name},1.00\n" for i in range(rows))

    door.land(text(10, "a"))
    if not is_odd:
        assert door.land(text(count, "b")).is_new
        return
    with pytest.raises(LandingError, match=f"{count} rows.*had 10.*--accept-volume"):
        door.land(text(count, "b"))
    assert door.land(text(count, "b"), accept_volume=True).is_new
    assert door.land(text(10, "c")).is_new, "as many as before the odd one"
    columns = plain_columns()
    door.declare("sales", columns, volume={"least": 0.1, "most": 100})
    assert door.land(text(count, "d")).is_new


def test_fault_a_killed_landing_leaves_nothing_that_counts(door: Door) -> None:
    """Killed between the Parquet and its manifest: not landed, and the next one is."""
    door.land(TWO)
    folder = door.landed_files()[0].parent
    (folder / "000002_abc.parquet").write_bytes(b"half")
    (folder / "000003_abc.unfinished").write_bytes(b"half")
    assert verify_landed(door.settings, [SOURCE]) == 1
    assert len(list(folder.iterdir())) == 2
    (folder / "000002_abc.parquet").write_bytes(b"half")
    assert door.land(TWO + "3,Cy,3.50\n").load_id.startswith("000002_")
    assert len(door.landed_files()) == 2


def test_fault_kill_9_at_any_moment_of_a_landing_is_survived(door: Door) -> None:
    """Whenever it dies, what counts is whole, and landing again succeeds."""
    text = HEADER + "".join(f"{i},Ann {i},{i}.50\n" for i in range(200_000))
    path = door.put(text)
    program = (
        "import sys; from pathlib import Path; from covey.landing import land\n"
        "from covey.settings import Settings\n"
        "folder = Path(sys.argv[1])\n"
        "settings = Settings('till', folder, folder, {'is_demo': True})\n"
        "print('ready', flush=True)\n"
        "list(land(settings, 'till', Path(sys.argv[2])))\n"
    )
    root = door.settings.project_dir
    for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(root), str(path)],
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(PROJECT_DIR / "python")},
        )
        assert process.stdout is not None and process.stdout.readline()
        time.sleep(delay)
        process.kill()
        process.wait()
        assert verify_landed(door.settings, [SOURCE]) == len(door.landed_files())
    assert door.land().input_rows == 200_000
    assert verify_landed(door.settings, [SOURCE]) == 1


def test_fault_two_landings_at_once_do_not_mix(door: Door) -> None:
    door.put(TWO, "sales_1.csv")
    door.put(TWO + "3,Cy,3.50\n", "sales_2.csv")
    running = land(door.settings, SOURCE, door.inbox)
    next(running)
    with pytest.raises(LandingError, match="another process is landing into till"):
        list(land(door.settings, SOURCE, door.inbox))
    assert next(running).is_new
