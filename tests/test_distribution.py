"""The three import names belong to this distribution, and nothing that pins it names a host."""

from __future__ import annotations

import hashlib
import importlib
import re
import tomllib
import zipfile
from importlib.metadata import distributions, packages_distributions
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
IMPORT_NAMES = ("matching", "features", "api")
COMPILED = {".pyc", ".nbi", ".nbc"}  # what Python and numba leave beside the code


@pytest.mark.parametrize("name", IMPORT_NAMES)
def test_an_import_name_comes_from_this_checkout(name: str) -> None:
    module = importlib.import_module(name)

    assert Path(str(module.__file__)).is_relative_to(ROOT)


@pytest.mark.parametrize("name", IMPORT_NAMES)
def test_no_other_distribution_installs_an_import_name(name: str) -> None:
    assert set(packages_distributions().get(name, ["enmusubi"])) == {"enmusubi"}


def test_no_installed_distribution_is_the_public_package_matching() -> None:
    installed = {(distribution.metadata["Name"] or "").lower() for distribution in distributions()}

    assert "enmusubi" in installed
    assert "matching" not in installed


def test_the_distribution_cannot_be_uploaded_by_accident() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert "Private :: Do Not Upload" in project["classifiers"]
    assert project["scripts"] == {"enmusubi": "api.cli:main"}


def test_the_version_and_its_day_are_the_same_wherever_they_are_written() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d.*)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert released[0] == (version, re.findall(r"^date-released: (\S+)$", cited, re.MULTILINE)[0])
    assert re.findall(r"^version: (\S+)$", cited, re.MULTILINE) == [version]


def _vendored() -> dict[str, str]:
    """File → digest, as they are written up."""
    pairs = re.findall(
        r"\| file here \| `([^`]+)`.*\n\| sha256 of the file \| `(\w{64})` \|",
        (ROOT / "VENDORED.md").read_text("utf-8"),
    )
    return dict(pairs)


def test_files_of_others_are_those_that_are_written_up() -> None:
    held = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in _vendored()}

    assert held == _vendored()


def test_every_file_that_comes_with_a_licence_of_its_own_is_written_up() -> None:
    texts = [path for folder in (*IMPORT_NAMES, "tests", "docs") for path in (ROOT / folder).rglob("*.LICENSE")]
    covered = [
        [name for name in _vendored() if name.startswith(str(text.relative_to(ROOT).with_suffix("")))] for text in texts
    ]

    assert texts
    assert all(covered), dict(zip(texts, covered, strict=True))


def test_the_constraints_pin_every_direct_dependency_and_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0].split("[")[0].strip() for line in text.splitlines() if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["release"]]

    assert "://" not in text
    assert {Requirement(line).name for line in wanted} <= pinned


def test_no_lock_file_is_kept() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml", "poetry.lock") if (ROOT / name).exists()]


def test_a_wheel_holds_every_file_that_is_read_beside_the_code(tmp_path: Path) -> None:
    wheels = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed: no wheel is built")
    (built,) = wheels.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        held = set(wheel.namelist())
    kept = [path for name in IMPORT_NAMES for path in (ROOT / name).rglob("*") if path.suffix not in COMPILED]

    assert [path for path in kept if path.is_file() and path.relative_to(ROOT).as_posix() not in held] == []


def test_the_templates_and_the_fonts_of_printed_documents_are_found() -> None:
    templates = files("api.documents.printed").joinpath("templates")
    fonts = Path(str(files("pylopdf_fonts_jp")))

    assert {"house.typ", "selection_list.typ"} <= {one.name for one in templates.iterdir()}
    assert [path for path in fonts.rglob("*") if path.suffix in {".ttf", ".otf"} and "NotoSansJP" in path.name]
