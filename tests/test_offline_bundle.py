"""What is carried to a PC without a network is whole for that PC's system, and is compared before it is installed."""

from __future__ import annotations

import ast
import hashlib
import os
import runpy
import signal
import subprocess
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


@pytest.fixture
def installed(bundle: Path) -> list[str]:
    """The command that starts a bundle whose parts are in, with nobody's account and a service that takes its time."""
    if os.name == "nt":
        pytest.skip("the environment's interpreter is a script here, which Windows does not start")
    COLLECT.write_start_files(bundle, python=f"{sys.version_info.major}.{sys.version_info.minor}")
    python = START.python_of(bundle / ".venv")
    python.parent.mkdir(parents=True)
    parts = hashlib.sha256((bundle / "SHA256SUMS").read_bytes()).hexdigest()
    (bundle / ".venv" / "parts.sha256").write_text(parts, encoding="utf-8")
    python.write_text(f"#!{sys.executable}\n{ENMUSUBI}", encoding="utf-8")
    python.chmod(0o700)
    return [sys.executable, str(bundle / "start.py")]


ENMUSUBI = """import sys, time
if "list" in sys.argv:
    print('{"accounts": []}')
if sys.argv[-1] == "--ask" and sys.argv[-2] != "kanri":
    sys.exit(2)
if "serve" in sys.argv:
    try:
        print("up", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        time.sleep(0.6)
        print("down", flush=True)
"""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"", "キーボードから入力できないので、最初の管理者を作れませんでした。端末"),
        (b"no name\n", "最初の管理者は作られていません。もう一度するには、端末"),
    ],
)
def test_a_start_that_makes_no_administrator_ends_in_one_line_with_the_way_on(
    installed: list[str], bundle: Path, typed: bytes, said: str
) -> None:
    done = subprocess.run(installed, input=typed, capture_output=True, check=False, timeout=60)
    told = done.stderr.decode()

    assert done.returncode == 1
    assert told.startswith(said) and told.count("\n") == 1
    assert f"フォルダー {bundle} で python3 start.py を実行してください。" in told


def test_a_start_without_any_standard_input_says_the_same(installed: list[str]) -> None:
    command = ["sh", "-c", '"$@" <&-', "sh", *installed]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)

    assert done.returncode == 1
    assert done.stderr.decode().startswith("キーボードから入力できないので")


def _interrupted(command: list[str], *, typed: bytes, after: str) -> tuple[int, str, str]:
    """Status, what is said after Ctrl+C, and on the other stream, of a start that is stopped at some words."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as start:
        assert start.stdin is not None and start.stdout is not None
        start.stdin.write(typed)
        start.stdin.flush()
        found = b""
        while not found.endswith(after.encode()):
            read = os.read(start.stdout.fileno(), 1)
            assert read, found.decode()
            found += read
        os.killpg(start.pid, signal.SIGINT)  # a terminal tells the whole group
        out, err = start.communicate(timeout=60)
    return start.returncode, out.decode(), err.decode()


def test_ctrl_c_at_the_administrators_name_is_one_line_and_no_success(installed: list[str]) -> None:
    status, _, told = _interrupted(installed, typed=b"", after="kanri）: ")

    assert status == 1
    assert told.startswith("始める前に止めました。続けるには、端末") and told.count("\n") == 1


def test_ctrl_c_waits_for_a_service_that_takes_its_time_to_stop(installed: list[str]) -> None:
    assert _interrupted(installed, typed=b"kanri\n", after="up\n") == (0, "down\n", "")
