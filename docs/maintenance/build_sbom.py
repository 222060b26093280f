"""Write ``out/sbom.cdx.json``: every distribution of this environment, for a vulnerability database to be asked about.

CycloneDX 1.6, made by ``cyclonedx-py`` from what is installed, not from what should be. Distributions that only tests
and tools need have the scope ``excluded``: they are not part of the service, nor of its workers on a cluster. Run
``make sbom``.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "out" / "sbom.cdx.json"  # scanners know CycloneDX by this ending, and osv-scanner by nothing else
_NAME = "enmusubi"


def sbom(*, validated: bool = True) -> dict[str, Any]:
    """The document; ``cyclonedx-py`` checks it against the schema unless somebody else does."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", "pyproject.toml"]
    command += ["--mc-type", "application", "--output-reproducible"]
    command += ["--validate" if validated else "--no-validate", sys.executable]
    # S603: this interpreter, and words of this file
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    document = cast("dict[str, Any]", json.loads(made.stdout))
    run = needed("dask")
    for component in document["components"]:
        component["scope"] = "required" if canonicalize_name(component["name"]) in run else "excluded"
    return document


def needed(*extras: str) -> frozenset[str]:
    """Names of the distributions that the service needs, with some of its extras, directly or through others."""
    found: set[tuple[str, str]] = set()
    waiting = [(_NAME, extra) for extra in ("", *extras)]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(_required(*one))
    return frozenset(name for name, _ in found) - {_NAME}


@cache
def _required(name: str, extra: str) -> tuple[tuple[str, str], ...]:
    """What a distribution asks for, with one of its extras, on this machine: each with each extra that it asks for."""
    asked = (Requirement(line) for line in distribution(name).requires or ())
    here = [one for one in asked if one.marker is None or one.marker.evaluate({"extra": extra})]
    return tuple((canonicalize_name(one.name), more) for one in here for more in ("", *one.extras))


def main() -> None:
    """Write the file."""
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps(sbom(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{WRITTEN.relative_to(ROOT).as_posix()}\n")


if __name__ == "__main__":
    main()
