"""The three import names belong to this distribution, and nothing that pins it names a host."""

from __future__ import annotations

import importlib
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
IMPORT_NAMES = ("matching", "features", "api")


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


def test_the_constraints_pin_every_direct_dependency_and_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0].split("[")[0].strip() for line in text.splitlines() if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]

    assert "://" not in text
    assert {name.split(">=")[0].split("[")[0] for name in wanted} <= pinned


def test_no_lock_file_is_kept() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml", "poetry.lock") if (ROOT / name).exists()]
