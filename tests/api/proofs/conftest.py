"""The same service and accounts as the tests of accounts have."""

from __future__ import annotations

from tests.api.accounts.conftest import (
    account,
    clock,
    database,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
)

__all__ = ["account", "clock", "database", "everyone", "guarded", "passwords", "service", "signed_in"]
