"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from api.files import whole_file, write_bytes, write_text


def test_a_text_is_written_as_utf8_without_a_trace_of_the_way(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "縁\n")

    assert (tmp_path / "a.txt").read_bytes() == "縁\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_is_not_there_is_named_by_the_file_that_was_wanted(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"No such file") as caught:
        write_bytes(tmp_path / "none" / "a.txt", b"")

    assert caught.value.filename == str(tmp_path / "none" / "a.txt")


def test_a_write_that_fails_leaves_the_old_file_and_no_half(tmp_path: Path) -> None:
    wanted = tmp_path / "a"
    wanted.mkdir()

    with pytest.raises(IsADirectoryError, match="is a folder, expected the name of a file"):
        write_bytes(wanted, b"new")
    with pytest.raises(IsADirectoryError):
        write_bytes(Path(), b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_bytes(tmp_path / "link", b"new")
    write_bytes(Path(os.devnull), b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert not Path(os.devnull).is_file()


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_whole_file_is_written_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.link", _no_links)  # what a memory stick says
    with whole_file(tmp_path / "a") as partial:
        partial.write_bytes(b"all")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"all")]


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_came_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        monkeypatch.setattr("os.link", _no_links)
    with pytest.raises(FileExistsError), whole_file(tmp_path / "a") as partial:
        partial.write_bytes(b"late")
        (tmp_path / "a").write_bytes(b"early")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"early")]


def test_what_is_brought_to_disk_may_be_written_to_as_windows_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[int] = []
    monkeypatch.setattr("os.fsync", lambda number: brought.append(os.write(number, b"+")))
    with whole_file(tmp_path / "a"):
        pass

    assert brought == [1]
