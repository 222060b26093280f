"""What signing in and changes of accounts note in the audit log: ids and actions, never a name or a secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from api.accounts.roles import Role
from api.accounts.tables import AccountRow
from api.audit.entry import Actor, Use, subject
from api.audit.vocabulary import Action

__all__ = ["account_use", "actor_of_account"]


def account_use(action: Action, account_ids: Iterable[str]) -> Use:
    """Something was done to accounts.

    Examples
    --------
    >>> account_use("created", ["4f1a"]).action
    'created'
    """
    return Use(action=action, purpose="security", on=(subject("account", account_ids),))


def actor_of_account(account: AccountRow) -> Actor:
    """The account as the log names who acted."""
    return Actor(id=account.id, role=cast("Role", account.role))
