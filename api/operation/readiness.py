"""Whether the service can do its work now: each check has a name and is well or not, and says nothing more."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from api.clock import present
from api.jobs.tables import JobWorkerRow
from api.settings import Settings
from api.storage.database import reading
from api.storage.schema_revision import head_revision, schema_revision

__all__ = ["readiness"]

_MIB = 2**20


def readiness(engine: Engine, settings: Settings) -> Mapping[str, bool]:
    """Check → whether it is well.

    ``database`` answers; ``schema`` is that of this version; ``worker``: one that does jobs has said that it lives;
    ``disk`` has room, where the database is a file here.
    """
    revision, answers = _revision(engine)
    is_current = answers and revision == head_revision()
    return {
        "database": answers,
        "schema": is_current,
        "worker": settings.jobs == "inline" or (is_current and _worker_lives(engine, settings)),
        "disk": _free_mib(engine) >= settings.least_free_mib,
    }


def _worker_lives(engine: Engine, settings: Settings) -> bool:
    since = present() - timedelta(seconds=settings.job_lease_seconds)
    try:
        with reading(engine) as session:
            alive = select(JobWorkerRow.id).where(col(JobWorkerRow.seen_at) > since).limit(1)
            return session.exec(alive).first() is not None
    except SQLAlchemyError:
        return False


def _revision(engine: Engine) -> tuple[str | None, bool]:
    try:
        return schema_revision(engine), True
    except SQLAlchemyError:  # whatever is the matter with it, it does not answer
        return None, False


def _free_mib(engine: Engine) -> float:
    """Free space beside the database's file, which grows with every change; elsewhere it is the server's matter."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or name is None:
        return float("inf")
    try:
        return shutil.disk_usage(Path(name).absolute().parent).free / _MIB
    except OSError:  # the folder is gone
        return 0.0
