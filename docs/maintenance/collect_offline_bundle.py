"""A folder from which enmusubi is installed and started on a PC without a network.

``python docs/maintenance/collect_offline_bundle.py --platform win_amd64 --python 3.11 --out enmusubi-offline``

Needs pip and packaging. Only wheels that their authors published for the platform are taken, at the versions of
``constraints.txt``; nothing is built but this project's own wheel. pip reads markers (``sys_platform == 'win32'``)
for the machine it runs on, not for the one that is asked for, so what the other one needs besides is found here.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import zipfile
from email.parser import BytesParser
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

__all__ = ["PLATFORMS", "collect", "missing", "pins", "write_lists", "write_start_files"]

ROOT: Final = Path(__file__).resolve().parents[2]
START: Final = Path(__file__).with_name("offline")
PLATFORMS: Final = {
    "win_amd64": ("win_amd64",),
    "manylinux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
}
_MARKERS: Final = {
    "win_amd64": {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
    "manylinux": {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    },
}


def collect(out: Path, *, platform: str, python: str) -> None:
    """Fill a new folder with wheels, their digests and the start files.

    Raises
    ------
    SystemExit
        If the folder is there, or a part has no wheel for the platform.
    """
    if out.exists():
        raise SystemExit(f"{out} is there already; name a folder that is not")
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
    own = next(wheels.glob("enmusubi-*.whl"))
    _download([str(own)], wheels, platform=platform, python=python)
    pinned = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    while wanted := missing(wheels, platform=platform, python=python):
        _download([f"{name}=={pinned[name]}" for name in sorted(wanted)], wheels, platform=platform, python=python)
    write_lists(out)
    write_start_files(out, python=python)


def _pip(*words: str) -> None:
    # S603: this interpreter's pip, with words of this file
    done = subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=False)  # noqa: S603
    if done.returncode != 0:
        raise SystemExit(
            f"pip {words[0]} ended with status {done.returncode}; its last lines say which part is missing"
        )


def _download(what: list[str], wheels: Path, *, platform: str, python: str) -> None:
    of_platform = [word for name in PLATFORMS[platform] for word in ("--platform", name)]
    interpreter = ["--python-version", python, "--implementation", "cp", "--only-binary=:all:"]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    _pip("download", "--quiet", "--dest", str(wheels), *of_platform, *interpreter, *constraints, *what)


def pins(text: str) -> dict[str, str]:
    """The version of each distribution in a constraints file, whatever platform it is for.

    >>> pins("colorama==0.4.6 ; sys_platform == 'win32'")
    {'colorama': '0.4.6'}
    """
    lines = (line.partition(";")[0].partition("#")[0].strip() for line in text.splitlines())
    parts = (line.partition("==") for line in lines if "==" in line)
    return {str(canonicalize_name(name.partition("[")[0].strip())): version.strip() for name, _, version in parts}


def missing(wheels: Path, *, platform: str, python: str) -> set[str]:
    """What the wheels of a folder need on the platform and do not find in it."""
    there, wanted = set[str](), set[str]()
    asked: list[tuple[str, tuple[str, ...]]] = [("enmusubi", ())]
    needs: dict[str, list[Requirement]] = {}
    for path in wheels.glob("*.whl"):
        name = str(parse_wheel_filename(path.name)[0])
        there.add(name)
        needs[name] = _requirements(path)
    environment = _MARKERS[platform] | {"python_version": python, "python_full_version": f"{python}.0"}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while asked:
        one = asked.pop()
        if one in seen:
            continue
        seen.add(one)
        counted = (need for need in needs.get(one[0], []) if _counts(need, one[1], environment))
        asked += [(str(canonicalize_name(need.name)), tuple(sorted(need.extras))) for need in counted]
        wanted.add(one[0])
    return wanted - there


def _counts(need: Requirement, extras: tuple[str, ...], environment: dict[str, str]) -> bool:
    if need.marker is None:
        return True
    return any(need.marker.evaluate(environment | {"extra": extra}) for extra in extras or ("",))


def _requirements(wheel: Path) -> list[Requirement]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        told = BytesParser().parsebytes(archive.read(name)).get_all("Requires-Dist") or []
    return [Requirement(str(line)) for line in told]


def write_lists(out: Path) -> None:
    """``SHA256SUMS`` for people, ``installed.txt`` for pip, which compares the same digests itself."""
    sums, installed = [], []
    for path in sorted((out / "wheels").glob("*.whl")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        name, version, _, _ = parse_wheel_filename(path.name)
        sums.append(f"{digest}  wheels/{path.name}\n")
        installed.append(f"{name}=={version} --hash=sha256:{digest}\n")
    (out / "SHA256SUMS").write_text("".join(sums), encoding="utf-8", newline="\n")
    (out / "installed.txt").write_text("".join(installed), encoding="utf-8", newline="\n")


def write_start_files(out: Path, *, python: str) -> None:
    """What starts the bundle on a PC with that version of Python, with the line ends that its readers expect."""
    for path in sorted(START.glob("start.*")):
        end = "\r\n" if path.suffix in {".cmd", ".ps1"} else "\n"
        text = path.read_text(encoding="utf-8").replace("@PYTHON@", python)
        (out / path.name).write_text(text, encoding="utf-8", newline=end)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--platform", choices=sorted(PLATFORMS), required=True)
    parser.add_argument("--python", default="3.11", help="version on the other PC (3.11)")
    parser.add_argument("--out", type=Path, default=Path("enmusubi-offline"))
    asked = parser.parse_args()
    collect(asked.out, platform=asked.platform, python=asked.python)
    parts = len(list((asked.out / "wheels").glob("*.whl")))
    sys.stdout.write(f"{parts} wheels in {asked.out}; carry the whole folder over\n")


if __name__ == "__main__":
    _main()
