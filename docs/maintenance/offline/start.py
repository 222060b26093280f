"""Installs enmusubi from this folder, once, and starts it: no network, no make, nothing but Python itself."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

PYTHON = "@PYTHON@"
HERE = Path(__file__).resolve().parent
COMMAND = "from api.cli import main; main()"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def changed_parts(folder: Path) -> list[str]:
    """Names of parts that are not what SHA256SUMS says, are missing, or are in no list."""
    told = {}
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        told[name] = digest
    found = {f"wheels/{path.name}": path for path in (folder / "wheels").iterdir()}
    wrong = {name for name, path in found.items() if hashlib.sha256(path.read_bytes()).hexdigest() != told.get(name)}
    return sorted(wrong | (told.keys() - found.keys()))


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(folder: Path) -> Path:
    """Make the environment where it is not there, or not from these parts; its interpreter."""
    environment = folder / ".venv"
    mark = environment / "parts.sha256"
    parts = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    python = python_of(environment)
    if mark.exists() and mark.read_text(encoding="utf-8") == parts:
        return python
    if wrong := changed_parts(folder):
        raise SystemExit("一覧（SHA256SUMS）と違う部品があります。何も入れていません: " + ", ".join(wrong))
    _say("部品を入れています（初めの一度だけ、数分かかります）…")
    venv.create(environment, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    pip += ["--find-links", str(folder / "wheels"), "--require-hashes", "-r", str(folder / "installed.txt")]
    if subprocess.run(pip, check=False).returncode != 0:  # noqa: S603  words of this file
        raise SystemExit("部品を入れられませんでした。上の行を、部品を集めた人に伝えてください。")
    mark.write_text(parts, encoding="utf-8")
    return python


def main() -> int:
    """Install, ask for the first administrator, and serve until Ctrl+C."""
    present = f"{sys.version_info.major}.{sys.version_info.minor}"
    if present != PYTHON:
        raise SystemExit(f"この部品は Python {PYTHON} のものです。このPCの Python は {present} です。")
    python = install(HERE)
    records = HERE / "records"
    records.mkdir(mode=0o700, exist_ok=True)
    address = f"sqlite:///{(records / 'enmusubi.db').as_posix()}"
    surroundings = os.environ | {"ENMUSUBI_DATABASE_URL": address, "ENMUSUBI_LOG_FORMAT": "console", "PYTHONUTF8": "1"}

    def enmusubi(*words: str, is_read: bool = False) -> subprocess.CompletedProcess[bytes]:
        command = [str(python), "-c", COMMAND, *words]
        told = subprocess.PIPE if is_read else None
        return subprocess.run(command, env=surroundings, check=False, stdout=told)  # noqa: S603  words of this file

    if enmusubi("database", "upgrade", is_read=True).returncode != 0:
        raise SystemExit("データベースを開けませんでした。上の行を見てください。")
    if not json.loads(enmusubi("accounts", "list", "--json", is_read=True).stdout)["accounts"]:
        name = input("最初の管理者のサインイン名（例: kanri）: ").strip()
        if enmusubi("accounts", "first-administrator", name, "--ask").returncode != 0:
            return 1
    _say("ブラウザーで http://127.0.0.1:8000 を開いてください。Ctrl+C で止まります。")
    return enmusubi("serve").returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
