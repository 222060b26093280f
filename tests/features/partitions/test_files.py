"""Files of partitions: whole or not there, and refused by name where they are not what they should be."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from polars.exceptions import PanicException

from features.errors import RecordError
from features.partitions.applicant_files import cut, cut_in_order, find_partitions, verify_nobody_twice
from features.partitions.errors import PartitionError
from features.partitions.parquet_files import digest_if_made_from, write_whole
from features.partitions.partition import Partition, ids_in, open_partition
from features.records import Applicant
from tests.features.partitions.people import people

FRAME = pl.DataFrame({"applicant_id": ["a"], "record": ['{"applicant_id":"a","programs":[]}']})


def test_a_register_is_cut_in_the_order_of_ids_and_reads_back(tmp_path: Path) -> None:
    everyone = people(7)
    paths = cut(everyone[::-1], tmp_path, size=3)

    assert [path.name for path in paths] == ["part-000000.parquet", "part-000001.parquet", "part-000002.parquet"]
    assert sum((open_partition(path).applicants() for path in paths), ()) == everyone
    assert find_partitions(tmp_path) == paths
    assert verify_nobody_twice(paths) == 7


def test_people_who_come_one_by_one_give_the_same_files_and_none_waits_for_a_later_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    written: list[int] = []

    def coming() -> Iterator[Applicant]:
        for one in people(7):
            written.append(len(list((tmp_path / "b").iterdir())))
            yield one

    expected = cut(people(7), tmp_path / "a", size=3)
    found = cut_in_order(coming(), tmp_path / "b", size=3)

    assert [path.read_bytes() for path in found] == [path.read_bytes() for path in expected]
    assert written == [0, 0, 0, 1, 1, 1, 2]


def test_people_who_come_out_of_order_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PartitionError, match=r"^applicant id a000 comes after a001, expected ids in their order$"):
        cut_in_order(people(2)[::-1], tmp_path, size=5)


def test_the_same_cut_leaves_files_as_they_are_and_another_one_removes_those_it_has_not(tmp_path: Path) -> None:
    before = [path.stat().st_mtime_ns for path in cut(people(7), tmp_path, size=3)]

    assert [path.stat().st_mtime_ns for path in cut(people(7), tmp_path, size=3)] == before
    assert len(cut(people(7), tmp_path, size=4)) == len(list(tmp_path.iterdir())) == 2


def test_files_of_people_are_their_owners_alone(tmp_path: Path) -> None:
    (path,) = cut(people(2), tmp_path, size=2)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_cannot_be_cut_into_parts_of_nobody(tmp_path: Path) -> None:
    with pytest.raises(PartitionError, match=r"^partition has size 0, expected >= 1$"):
        cut(people(2), tmp_path, size=0)


def test_a_whole_file_is_known_by_what_it_was_made_from(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"

    assert digest_if_made_from(path, "one") is None
    written = write_whole(FRAME, path, made_from="one")
    assert digest_if_made_from(path, "one") == written == hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest_if_made_from(path, "other") is None
    assert [one.name for one in tmp_path.iterdir()] == ["x.parquet"]


@pytest.mark.parametrize("kept", [0, 3, -1], ids=["empty", "its beginning", "without its last byte"])
def test_a_file_that_was_cut_short_is_not_taken_for_a_whole_one(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "x.parquet"
    write_whole(FRAME, path, made_from="one")
    path.write_bytes(path.read_bytes()[:kept])

    assert digest_if_made_from(path, "one") is None
    with pytest.raises(PartitionError, match=r"^x\.parquet is not a whole Parquet file; write it again$"):
        open_partition(path).applicants()


def test_a_file_that_differs_in_any_byte_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_whole(FRAME, path, made_from="one")
    whole = path.read_bytes()

    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert digest_if_made_from(path, "one") is None
    path.write_bytes(whole)
    assert digest_if_made_from(path, "one") is not None


def test_damage_that_polars_does_not_reckon_with_is_told_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panic(_file: object, *, columns: object) -> None:
        raise PanicException(f"called `Option::unwrap()` on a `None` value for {columns}")

    (path,) = cut(people(2), tmp_path, size=5)
    monkeypatch.setattr(pl, "read_parquet", panic)
    with pytest.raises(PartitionError, match=r"^part-000000\.parquet is not a whole Parquet file; write it again$"):
        open_partition(path).applicants()


def test_a_file_of_people_that_was_damaged_is_cut_again(tmp_path: Path) -> None:
    whole = [path.read_bytes() for path in cut(people(5), tmp_path, size=3)]
    (tmp_path / "part-000001.parquet").write_bytes(whole[1][:60] + bytes(20) + whole[1][80:])

    assert [path.read_bytes() for path in cut(people(5), tmp_path, size=3)] == whole


def test_a_file_that_cannot_be_written_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").mkdir()

    with pytest.raises(OSError, match=r"x\.parquet"):
        write_whole(FRAME, tmp_path / "x.parquet", made_from="one")
    assert [one.name for one in tmp_path.iterdir()] == ["x.parquet"]


def test_a_full_disk_names_the_file_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*/x\.parquet'"):
        write_whole(FRAME, tmp_path / "x.parquet", made_from="one")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("frame", "error", "message"),
    [
        (FRAME.drop("record"), PartitionError, "has no column record of text, expected applicant_id and record"),
        (FRAME.with_columns(record=pl.lit(1)), PartitionError, "has no column record of text"),
        (FRAME.with_columns(record=pl.lit(None, pl.String)), PartitionError, "has a row without record"),
        (FRAME.with_columns(applicant_id=pl.lit("b")), PartitionError, "column applicant_id does not say whose"),
        (FRAME.with_columns(record=pl.lit("{")), RecordError, "not JSON"),
        (FRAME.with_columns(record=pl.lit("{},{}")), RecordError, "applicants[0].applicant_id: missing"),
        (FRAME.with_columns(record=pl.lit('{"age":3}')), RecordError, "applicants[0].applicant_id: missing"),
        (
            FRAME.with_columns(record=FRAME["record"] + '],"postings":[{"posting_id":"p"}'),
            RecordError,
            "postings[0].program: missing",
        ),
    ],
)
def test_a_file_that_is_no_partition_is_refused_by_name(
    tmp_path: Path, frame: pl.DataFrame, error: type[Exception], message: str
) -> None:
    path = tmp_path / "x.parquet"
    write_whole(frame, path, made_from="one")

    with pytest.raises(error) as raised:
        open_partition(path).applicants()
    assert str(raised.value).startswith("x.parquet")
    assert message in str(raised.value)


def test_nobody_may_stand_in_two_partitions(tmp_path: Path) -> None:
    paths = cut(people(4), tmp_path, size=2)
    write_whole(pl.read_parquet(paths[0]), tmp_path / "again.parquet", made_from="x")

    with pytest.raises(PartitionError) as raised:
        verify_nobody_twice(find_partitions(tmp_path))
    assert str(raised.value) == (
        "applicant id a000 occurs twice, in again.parquet and part-000000.parquet, expected unique ids"
    )


def test_a_folder_without_partitions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PartitionError, match=r"has no file \*\.parquet or \*\.arrow, expected one a partition$"):
        find_partitions(tmp_path)


def test_hidden_files_are_no_partitions(tmp_path: Path) -> None:
    (path,) = cut(people(2), tmp_path, size=5)
    for name in ("._part-000000.parquet", ".DS_Store"):
        (tmp_path / name).write_bytes(b"x")

    assert find_partitions(tmp_path) == (path,)


@pytest.mark.parametrize(
    "name",
    [
        "B.PARQUET",
        "b.Arrow",
        "c.parq",
        "B.Arrow",
        "e.feather",
        "d.csv",
        "part-000000.parquet.0a.partial",
        "sub.parquet/",
    ],
)
def test_what_might_hold_people_and_is_no_partition_is_refused_by_name(tmp_path: Path, name: str) -> None:
    cut(people(2), tmp_path, size=5)
    other = tmp_path / name
    if name.endswith("/"):
        other.mkdir()
    else:
        other.write_bytes(b"x")

    with pytest.raises(PartitionError) as raised:
        find_partitions(tmp_path)
    assert str(raised.value) == (f"{tmp_path} has {other.name}, expected only files *.parquet, *.arrow and hidden ones")


def test_the_same_people_are_the_same_rows_whichever_way_their_file_is_written(tmp_path: Path) -> None:
    (path,) = cut(people(4), tmp_path, size=5)
    rows = pl.read_parquet(path)
    rows.write_ipc(tmp_path / "plain.arrow")
    rows.select("record", "applicant_id").write_ipc(tmp_path / "pressed.arrow", compression="zstd")
    rows.with_columns(more=1).write_parquet(tmp_path / "more.parquet", compression="uncompressed")
    found = [open_partition(one) for one in find_partitions(tmp_path)]

    assert [one.name for one in found] == ["more.parquet", path.name, "plain.arrow", "pressed.arrow"]
    assert {one.digest_of_rows for one in found} == {open_partition(path).digest_of_rows}
    assert [one.applicants() for one in found] == [people(4)] * 4
    assert [one.digest for one in found] == [
        hashlib.sha256((tmp_path / one.name).read_bytes()).hexdigest() for one in found
    ]


def test_other_rows_have_another_digest_also_where_their_texts_run_together_to_the_same() -> None:
    texts = ("ab", "c"), ("a", "bc"), ("", "abc")
    frames = [pl.DataFrame({"applicant_id": [one], "record": [other]}) for one, other in texts]
    frames.append(pl.DataFrame({"applicant_id": ["ab", "c"], "record": ["", ""]}))

    assert len({Partition("x", "", frame).digest_of_rows for frame in frames}) == len(frames)


def test_nobody_may_stand_in_an_arrow_file_and_in_another(tmp_path: Path) -> None:
    cut(people(4), tmp_path, size=2)
    pl.read_parquet(tmp_path / "part-000001.parquet").write_ipc(tmp_path / "again.arrow")

    with pytest.raises(
        PartitionError, match=r"^applicant id a002 occurs twice, in again\.arrow and part-000001\.parquet,"
    ):
        verify_nobody_twice(find_partitions(tmp_path))


def test_two_files_whose_lists_would_be_one_are_refused_by_name(tmp_path: Path) -> None:
    (path,) = cut(people(2), tmp_path, size=5)
    for name in ("part-000000.arrow", "part-000000.x.parquet"):
        pl.read_parquet(path).write_ipc(tmp_path / name)

    with pytest.raises(PartitionError) as raised:
        find_partitions(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path} has part-000000.arrow and part-000000.parquet, expected names that differ before the ending"
    )


@pytest.mark.parametrize("kept", [0, 3, 200, -9, -1], ids=["empty", "its mark", "its half", "no footer", "a byte"])
def test_an_arrow_file_that_was_cut_short_is_told_as_damage(tmp_path: Path, kept: int) -> None:
    whole = BytesIO()
    FRAME.write_ipc(whole)
    path = tmp_path / "a.arrow"
    path.write_bytes(whole.getvalue()[:kept])

    for read in (open_partition, ids_in):
        with pytest.raises(PartitionError, match=r"^a\.arrow is not a whole Arrow IPC file; write it again$"):
            read(path)


def test_a_stream_of_arrow_is_no_file_of_it(tmp_path: Path) -> None:
    FRAME.write_ipc_stream(tmp_path / "a.arrow")

    with pytest.raises(PartitionError, match=r"^a\.arrow is not a whole Arrow IPC file; write it again$"):
        open_partition(tmp_path / "a.arrow")


def test_an_arrow_file_without_people_as_text_is_refused_by_name(tmp_path: Path) -> None:
    FRAME.with_columns(pl.col("record").cast(pl.Categorical)).write_ipc(tmp_path / "a.arrow")

    with pytest.raises(
        PartitionError, match=r"^a\.arrow has no column record of text, expected applicant_id and record$"
    ):
        open_partition(tmp_path / "a.arrow")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for read in (open_partition, ids_in):
        with pytest.raises(PartitionError, match=r"/gone\.arrow: No such file or directory$"):
            read(tmp_path / "gone.arrow")
