"""What the service does by its own clock: images on their date, and the purge where the setting says ``daily``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import Engine

from api.audit.entry import LOCAL
from api.clock import Clock
from api.imports.removing import let_imports_go
from api.proofs.expiring import let_expired_go
from api.retention.purging import purge
from api.retention.rules import retention_rules
from api.settings import Settings

__all__ = ["TimedRemoval"]


class TimedRemoval:
    """Takes away what is due, once a day; several processes that do so at once find nothing left to do.

    Parameters
    ----------
    engine : Engine
    settings : Settings
    clock : Clock
        The application's: what it answers requests by.
    """

    def __init__(self, engine: Engine, settings: Settings, *, clock: Clock) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._purged_on: date | None = None

    @property
    def looks(self) -> tuple[Callable[[], None], ...]:
        """What is looked at each time, each by itself: a fault of one stands in no other's way."""
        return self._let_images_go, self._let_imports_go, self._purge

    def _let_images_go(self) -> None:
        let_expired_go(self._engine, on=self._settings.day(), actor=LOCAL, key=self._settings.audit_secret())

    def _let_imports_go(self) -> None:
        let_imports_go(self._engine, now=self._clock(), actor=LOCAL, key=self._settings.audit_secret())

    def _purge(self) -> None:
        """Purge where nobody has today and the setting allows it; one that breaks off is tried again."""
        day = self._settings.day()
        if self._settings.purge == "daily" and self._purged_on != day:
            rules = retention_rules(self._settings.retention_file)
            purge(self._engine, rules, on=day, actor=LOCAL, now=self._clock(), key=self._settings.audit_secret())
            self._purged_on = day
