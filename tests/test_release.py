"""A release is made of one commit, and the same commit gives the same files."""

from __future__ import annotations

import hashlib
import runpy
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]
RELEASE = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/maintenance/build_release.py")))
GIT = shutil.which("git") or ""


def _sources(folder: Path, changelog: str) -> Path:
    (folder / "pyproject.toml").write_text('[project]\nname = "enmusubi"\nversion = "3.2.1"\n', encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    return folder


def test_a_version_that_the_changelog_dates_is_released(tmp_path: Path) -> None:
    assert RELEASE.released(_sources(tmp_path, "# Changelog\n\n## [3.2.1] - 2030-01-01\n")) == "3.2.1"


@pytest.mark.parametrize(
    "changelog", ["# Changelog\n\n## [Unreleased]\n", "## [3.2.10] - 2030-01-01", "\n## [3.2.1]\n"]
)
def test_a_version_that_the_changelog_does_not_date_is_not_released(tmp_path: Path, changelog: str) -> None:
    with pytest.raises(SystemExit, match=r"no section '## \[3\.2\.1\] - DATE'; nothing was built"):
        RELEASE.released(_sources(tmp_path, changelog))


def test_sums_are_those_that_sha256sum_compares(tmp_path: Path) -> None:
    (tmp_path / "b.whl").write_bytes(b"two")
    (tmp_path / "a.tar.gz").write_bytes(b"one")

    lines = RELEASE.write_sums(tmp_path).read_text(encoding="utf-8").splitlines()

    assert lines == [
        f"{hashlib.sha256(b'one').hexdigest()}  a.tar.gz",
        f"{hashlib.sha256(b'two').hexdigest()}  b.whl",
    ]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()

    with pytest.raises(SystemExit, match="is not empty"):
        RELEASE.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    pytest.importorskip("hatchling", reason="hatchling is not installed: `make release` brings it")
    if not (ROOT / ".git").exists() or not GIT:
        pytest.skip("no git: a release is made of a commit")
    built: list[Path] = RELEASE.build(tmp_path_factory.mktemp("release"))
    return built


def _git(*words: str) -> str:
    told = subprocess.run([GIT, *words], cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8")
    return told.stdout


def _version() -> str:
    return _git("show", "HEAD:pyproject.toml").partition('version = "')[2].partition('"')[0]


def test_a_release_holds_sources_wheel_and_pins(files: list[Path]) -> None:
    named = f"enmusubi-{_version()}"

    assert [path.name for path in files] == ["constraints.txt", f"{named}-py3-none-any.whl", f"{named}.tar.gz"]


def test_the_sources_hold_what_the_commit_holds_but_for_the_screens(files: list[Path]) -> None:
    with tarfile.open(files[2]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tracked = _git("ls-tree", "-r", "--name-only", "-z", "HEAD").rstrip("\0").split("\0")

    assert held - {"PKG-INFO"} == {name for name in tracked if not name.startswith((".ci/", "docs/screens/"))}


def test_the_wheel_holds_the_three_packages_and_the_licences(files: list[Path]) -> None:
    with zipfile.ZipFile(files[1]) as wheel:
        held = wheel.namelist()
    info = f"enmusubi-{_version()}.dist-info"

    assert {name.partition("/")[0] for name in held} == {"matching", "features", "api", info}
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/VENDORED.md", "api/pages/static/tokens.LICENSE"} <= set(held)


def test_the_same_commit_gives_the_same_bytes(files: list[Path], tmp_path: Path) -> None:
    again = RELEASE.build(tmp_path)

    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]
