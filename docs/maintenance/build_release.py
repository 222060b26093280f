"""Write ``out/release``: what is handed out of the last commit, with the SHA-256 of each file (``make release``).

The source distribution holds what the commit holds, whatever else lies in the folder; the wheel is built from the
unpacked source distribution, so that whoever has that can make it again. Both carry the commit's time: the same commit
gives the same bytes. ``out/sbom.cdx.json`` (``make sbom``) and ``constraints.txt`` go along.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Final

__all__ = ["build", "released", "write_sums"]

ROOT: Final = Path(__file__).resolve().parents[2]


def build(out: Path, *, commit: str = "HEAD") -> list[Path]:
    """Fill a new or empty folder with the files of a commit; they, in the order of their names.

    Raises
    ------
    SystemExit
        If the folder holds something, the changelog does not tell of the version, or a build fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise SystemExit(f"{out} is not empty; move what it holds")
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "commit"
        _unpack(_git("archive", "--format=tar", commit), source)
        released(source)
        at = int(_git("log", "-1", "--format=%ct", commit))
        (sdist,) = _hatchling("sdist", source, out, at=at)
        _unpack(sdist.read_bytes(), Path(made))
        _hatchling("wheel", Path(made) / sdist.name.removesuffix(".tar.gz"), out, at=at)
        shutil.copyfile(source / "constraints.txt", out / "constraints.txt")
    return sorted(out.iterdir())


def released(source: Path) -> str:
    """The version of a folder of sources, once its changelog has a dated section about it."""
    version = str(tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    if f"\n## [{version}] - 2" not in (source / "CHANGELOG.md").read_text(encoding="utf-8"):
        raise SystemExit(f"CHANGELOG.md has no section '## [{version}] - DATE'; nothing was built")
    return version


def write_sums(folder: Path) -> Path:
    """``SHA256SUMS`` of the files beside it, as ``sha256sum --check`` reads it."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())]
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(lines), encoding="utf-8", newline="\n")
    return sums


def _git(*words: str) -> bytes:
    # S603, S607: git of this machine, with words of this file
    done = subprocess.run(["git", *words], cwd=ROOT, check=False, capture_output=True)  # noqa: S603, S607
    if done.returncode != 0:
        raise SystemExit(f"a release is made of a commit: git says {done.stderr.decode().strip()}")
    return done.stdout


def _unpack(archive: bytes, into: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as held:
        held.extractall(into, filter="data")


def _hatchling(target: str, source: Path, out: Path, *, at: int) -> list[Path]:
    before = set(out.iterdir())
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out.resolve())]
    surroundings = os.environ | {"SOURCE_DATE_EPOCH": str(at)}
    # S603: this interpreter, with words of this file
    done = subprocess.run(command, cwd=source, env=surroundings, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise SystemExit(f"the {target} was not built:\n{done.stderr}")
    return sorted(set(out.iterdir()) - before)


def _main() -> None:
    out, listed = ROOT / "out" / "release", ROOT / "out" / "sbom.cdx.json"
    if not listed.exists():
        raise SystemExit("out/sbom.cdx.json is missing; make release writes it first")
    shutil.rmtree(out, ignore_errors=True)
    build(out)
    shutil.copyfile(listed, out / "sbom.cdx.json")
    write_sums(out)
    for path in sorted(out.iterdir()):
        sys.stdout.write(f"{path.stat().st_size:>10,}  {path.relative_to(ROOT).as_posix()}\n")


if __name__ == "__main__":
    _main()
