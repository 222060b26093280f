"""Accounts: who may sign in, sessions, tokens, links, second factors, attempts, consents and pseudonyms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = 32
_DIGEST = 64
_TABLES = (
    "organisationflow",
    "pseudonymkey",
    "registration",
    "municipalityconsent",
    "attempt",
    "recoverycode",
    "link",
    "apitoken",
    "signedin",
    "account",
)


def upgrade() -> None:
    """Create every table of accounts."""
    _create_account()
    _create_sessions_and_tokens()
    _create_links_and_codes()
    _create_consents()
    _create_registration_and_pseudonyms()


def downgrade() -> None:
    """Drop them; everybody's account is lost."""
    for name in _TABLES:
        op.drop_table(name)


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("sign_in_name", _record_id(), nullable=False),
        sa.Column("display_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("municipality_code", sa.String(5), nullable=True),
        sa.Column("prefecture_code", sa.String(2), nullable=True),
        sa.Column("applicant_id", _record_id(), nullable=True),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("totp_pending", sa.String(64), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.String(300), nullable=True),
        sa.Column("subject", sa.String(255), nullable=True),
        _moment("created_at"),
        _moment("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("sign_in_name", name="uq_account_sign_in_name"),
        sa.UniqueConstraint("issuer", "subject", name="uq_account_issuer"),
    )
    _index("account", "role", "state", "applicant_id")


def _create_sessions_and_tokens() -> None:
    op.create_table(
        "signedin",
        sa.Column("digest", sa.String(_DIGEST), nullable=False),
        *_of_account("signedin"),
        _moment("started_at"),
        _moment("seen_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_signedin"),
    )
    _index("signedin", "account_id", "expires_at")
    op.create_table(
        "apitoken",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("digest", sa.String(_DIGEST), nullable=False),
        *_of_account("apitoken"),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_apitoken"),
        sa.UniqueConstraint("digest", name="uq_apitoken_digest"),
    )
    _index("apitoken", "account_id")


def _create_links_and_codes() -> None:
    op.create_table(
        "link",
        sa.Column("digest", sa.String(_DIGEST), nullable=False),
        *_of_account("link"),
        sa.Column("purpose", sa.String(20), nullable=False),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_link"),
    )
    _index("link", "account_id")
    op.create_table(
        "recoverycode",
        sa.Column("digest", sa.String(_DIGEST), nullable=False),
        *_of_account("recoverycode"),
        sa.PrimaryKeyConstraint("digest", name="pk_recoverycode"),
    )
    _index("recoverycode", "account_id")
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(_DIGEST), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _moment("opened_at"),
        _moment("locked_until", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_attempt"),
    )
    _index("attempt", "opened_at")


def _create_consents() -> None:
    op.create_table(
        "municipalityconsent",
        sa.Column("id", sa.String(_ID), nullable=False),
        sa.Column("municipality_code", sa.String(5), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        _moment("given_at"),
        *_of_account("municipalityconsent", "given_by"),
        _moment("withdrawn_at", nullable=True),
        *_of_account("municipalityconsent", "withdrawn_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_municipalityconsent"),
    )
    _index("municipalityconsent", "municipality_code")


def _create_registration_and_pseudonyms() -> None:
    op.create_table(
        "registration",
        sa.Column("applicant_id", _record_id(), nullable=False),
        sa.Column("municipality_code", sa.String(5), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name="fk_registration_applicant_id_applicant", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("applicant_id", name="pk_registration"),
    )
    _index("registration", "municipality_code")
    op.create_table(
        "pseudonymkey",
        *_of_account("pseudonymkey"),
        sa.Column("key", sa.String(_DIGEST), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_pseudonymkey"),
    )
    op.create_table(
        "organisationflow",
        sa.Column("digest", sa.String(_DIGEST), nullable=False),
        sa.Column("browser_digest", sa.String(_DIGEST), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("nonce", sa.String(_DIGEST), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("link_digest", sa.String(_DIGEST), nullable=True),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_organisationflow"),
    )
    _index("organisationflow", "expires_at")


def _record_id() -> sa.String:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_account(
    table: str, name: str = "account_id", *, nullable: bool = False
) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint([name], ["account.id"], name=f"fk_{table}_{name}_account")
    return sa.Column(name, sa.String(_ID), nullable=nullable), key


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
