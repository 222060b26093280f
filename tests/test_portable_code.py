"""The code runs on Windows too: nothing that only POSIX systems have is used without an alternative."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [path for folder in ("matching", "features", "api") for path in sorted((ROOT / folder).rglob("*.py"))]
SOURCES.append(ROOT / "docs/maintenance/offline/start.py")

MODULES = {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NAMES = {  # by module
    "asyncio": _set("add_signal_handler "),
    "os": _set(
        "chown chroot fchmod fchown fork forkpty getegid geteuid getgid getgroups getloadavg getpgid "
        "getpriority getuid killpg lchown mkfifo nice pipe2 posix_spawn pread pwrite register_at_fork "
        "sched_getaffinity setsid setuid statvfs uname wait waitid WIFEXITED "
    ),
    "select": _set("epoll kqueue poll "),
    "signal": _set(
        "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 alarm pause pthread_kill "
        "pthread_sigmask setitimer siginterrupt sigwait "
    ),
    "socket": _set("AF_UNIX socketpair SO_REUSEPORT "),
}
PLACES = ("/tmp", "/proc/", "/dev/", "/usr/", "/etc/", "/var/", "/run/")  # noqa: S108  searched for, not written to
_WORDS = ("preexec_fn", "start_new_session", "pass_fds")
_GUARD = re.compile(r"sys\.platform|hasattr\((?:os|signal|socket|select), ")
_ANY = re.compile(
    "|".join(
        re.escape(word)
        for word in sorted(
            {
                *(f"import {one}" for one in MODULES),
                *(f"from {one}" for one in MODULES),
                *PLACES,
                *(name for names in NAMES.values() for name in names),
                *_WORDS,
            }
        )
    )
)
ALTERNATIVES = {
    # only where a socket file is set, and the settings refuse one on Windows
    ("api/operation/server.py", "socket.AF_UNIX"),
    # read after the platform was asked
    ("api/operation/returned_memory.py", "/proc/self/maps"),
}


def _is_guarded(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a condition about the platform, or about having the name, stands around it."""
    above: ast.AST | None = node
    while above is not None:
        if isinstance(above, ast.If | ast.IfExp) and _GUARD.search(ast.unparse(above.test)):
            return True
        above = parents.get(above)
    return False


def _posix_only(source: str) -> Iterator[str]:
    if not _ANY.search(source):  # most files: nothing to parse
        return
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if not _is_guarded(node, parents):
            yield from _of(node)


def _of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (one.name for one in names if one.name in MODULES)
        case ast.ImportFrom(module=str(module), names=names):
            yield from (
                f"{module}.{one.name}" for one in names if module in MODULES or one.name in NAMES.get(module, ())
            )
        case ast.Attribute(value=ast.Name(id=module), attr=name) if name in NAMES.get(module, ()):
            yield f"{module}.{name}"
        case ast.Constant(value=str(text)) if text.startswith(PLACES):
            yield text
        case ast.keyword(arg=str(name)) if name in _WORDS:
            yield name


def test_no_call_is_posix_only() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in SOURCES
        for name in _posix_only(path.read_text(encoding="utf-8"))
    }

    assert sorted(found - ALTERNATIVES) == []
    assert found >= ALTERNATIVES, "an exception that nothing needs any more"


def test_a_socket_file_is_refused_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")

    with pytest.raises(ValidationError, match="no socket files on Windows; name an address and a port"):
        Settings(unix_socket=Path("enmusubi.socket"))


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "def f():\n    from resource import setrlimit",
        "import os\nos.fork()",
        "import signal\nsignal.signal(signal.SIGKILL, f)",
        "open('/tmp/x')",
        "Popen(c, start_new_session=True)",
    ],
)
def test_what_is_posix_only_is_found(source: str) -> None:
    assert list(_posix_only(source))


def test_what_has_an_alternative_is_passed_over() -> None:
    assert not list(_posix_only('import sys\nif sys.platform != "win32":\n    import resource\n'))
