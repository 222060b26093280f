"""The six roles; what each may do is written in ``permissions.toml`` and nowhere else."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

__all__ = ["ROLES", "ROLES_JA", "SIGNED_OUT", "Role"]

Role: TypeAlias = Literal["applicant", "coordinator", "supporter", "researcher", "auditor", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
SIGNED_OUT: Final = "signed_out"  # the column of the table for whoever has not signed in; no account has this role

ROLES_JA: Final[dict[Role, str]] = {
    "applicant": "応募者",
    "coordinator": "市町村の担当者",
    "supporter": "都道府県の支援者",
    "researcher": "研究者",
    "auditor": "監査担当",
    "administrator": "管理者",
}
