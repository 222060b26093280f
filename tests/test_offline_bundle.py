"""What is carried to a PC without a network is whole for that PC's system, and is compared before it is installed."""

from __future__ import annotations

import ast
import runpy
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]
COLLECT = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/maintenance/collect_offline_bundle.py")))
START = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/maintenance/offline/start.py")))


def _wheel(folder: Path, name: str, *needs: str) -> None:
    told = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{told}")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    _wheel(wheels, "enmusubi", "click[colour]", "numpy; python_version < '3.12'", "sphinx; extra == 'docs'")
    _wheel(
        wheels, "click", "colorama; sys_platform == 'win32'", "blessed; extra == 'colour'", "uvloop; os_name == 'posix'"
    )
    COLLECT.write_lists(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "python", "needed"),
    [
        ("win_amd64", "3.11", {"colorama", "blessed", "numpy"}),
        ("manylinux", "3.11", {"uvloop", "blessed", "numpy"}),
        ("win_amd64", "3.12", {"colorama", "blessed"}),
    ],
)
def test_what_the_other_platform_needs_is_found(bundle: Path, platform: str, python: str, needed: set[str]) -> None:
    assert COLLECT.missing(bundle / "wheels", platform=platform, python=python) == needed


def test_every_part_that_only_windows_needs_is_pinned() -> None:
    assert COLLECT.pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))["colorama"]


def test_parts_as_they_were_collected_are_accepted(bundle: Path) -> None:
    assert START.changed_parts(bundle) == []


def test_changed_missing_and_added_parts_are_named(bundle: Path) -> None:
    click = bundle / "wheels" / "click-1.0-py3-none-any.whl"
    click.write_bytes(click.read_bytes() + b" ")
    (bundle / "wheels" / "enmusubi-1.0-py3-none-any.whl").unlink()
    (bundle / "wheels" / "other-1.0-py3-none-any.whl").write_bytes(b"")

    assert START.changed_parts(bundle) == [
        "wheels/click-1.0-py3-none-any.whl",
        "wheels/enmusubi-1.0-py3-none-any.whl",
        "wheels/other-1.0-py3-none-any.whl",
    ]
    with pytest.raises(SystemExit, match=r"何も入れていません: wheels/click-1\.0"):
        START.install(bundle)
    assert not (bundle / ".venv").exists()


def test_pip_gets_a_digest_for_each_part(bundle: Path) -> None:
    lines = (bundle / "installed.txt").read_text(encoding="utf-8").splitlines()

    assert [line.partition(" --hash=sha256:")[0] for line in lines] == ["click==1.0", "enmusubi==1.0"]
    assert all(len(line.partition(" --hash=sha256:")[2]) == 64 for line in lines)


def test_the_start_file_needs_python_alone() -> None:
    tree = ast.parse((ROOT / "docs/maintenance/offline/start.py").read_text(encoding="utf-8"))
    names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_start_files_name_the_version_and_end_their_lines_as_windows_reads_them(tmp_path: Path) -> None:
    COLLECT.write_start_files(tmp_path, python="3.12")
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert written.keys() == {"start.cmd", "start.ps1", "start.py"}
    assert all(b"3.12" in text and b"@PYTHON@" not in text for text in written.values())
    assert all(text.count(b"\n") == text.count(b"\r\n") for name, text in written.items() if name != "start.py")


def test_a_folder_that_is_there_is_not_filled(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is there already"):
        COLLECT.collect(tmp_path, platform="win_amd64", python="3.11")
