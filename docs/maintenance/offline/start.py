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


def once_more() -> str:
    """What to do to come back to where it stopped."""
    command = "start.cmd" if os.name == "nt" else "python3 start.py"
    return f"端末（コマンドを打つ画面）を開き、フォルダー {HERE} で {command} を実行してください。"


def administrator_name() -> str:
    """The name that is typed.

    Raises
    ------
    SystemExit
        If nobody can type one: a start without a keyboard.
    """
    try:
        return input("最初の管理者のサインイン名（例: kanri）: ").strip()
    except (EOFError, RuntimeError):  # RuntimeError: there is no standard input at all
        _say("")
        raise SystemExit(f"キーボードから入力できないので、最初の管理者を作れませんでした。{once_more()}") from None


def until_it_ends(process: subprocess.Popen[bytes]) -> int:
    """The status of a process that Ctrl+C has reached as well, and that takes its time to stop."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def main() -> int:
    """Install, ask for the first administrator, and serve until Ctrl+C."""
    present = f"{sys.version_info.major}.{sys.version_info.minor}"
    if present != PYTHON:
        raise SystemExit(f"この部品は Python {PYTHON} のものです。このPCの Python は {present} です。")
    python = install(HERE)
    records = HERE / "records"
    records.mkdir(mode=0o700, exist_ok=True)
    address = f"sqlite:///{(records / 'enmusubi.db').as_posix()}"
    command = [str(python), "-c", COMMAND]
    surroundings = os.environ | {"ENMUSUBI_DATABASE_URL": address, "ENMUSUBI_LOG_FORMAT": "console", "PYTHONUTF8": "1"}

    def told(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*command, *words], env=surroundings, check=False, stdout=subprocess.PIPE)  # noqa: S603

    def enmusubi(*words: str) -> int:
        return until_it_ends(subprocess.Popen([*command, *words], env=surroundings))  # noqa: S603  words of this file

    if told("database", "upgrade").returncode != 0:
        raise SystemExit("データベースを開けませんでした。上の行を見てください。")
    is_first = not json.loads(told("accounts", "list", "--json").stdout)["accounts"]
    if is_first and enmusubi("accounts", "first-administrator", administrator_name(), "--ask") != 0:
        raise SystemExit(f"最初の管理者は作られていません。もう一度するには、{once_more()}")
    _say("ブラウザーで http://127.0.0.1:8000 を開いてください。Ctrl+C で止まります。")
    return enmusubi("serve")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _say("")
        raise SystemExit(f"始める前に止めました。続けるには、{once_more()}") from None
