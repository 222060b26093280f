"""What was taken away, on paper: of which class, how many, by which rule; the audit log holds the digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session, col, func, select

from api.audit.entry import Actor
from api.canonical import canonical_json, code_version, digest_of
from api.http.errors import UnknownIdError
from api.retention.rules import ClassName, RetentionRule
from api.retention.tables import CertificateRow
from api.settings import JAPAN

__all__ = [
    "FORMAT",
    "REQUEST",
    "certificate_page",
    "certificate_text",
    "certify",
    "last_certificate",
    "read_certificate",
]

FORMAT: Final = "enmusubi-certificate/1"
REQUEST: Final = "request"  # the class of what went because a person asked for it
_KINDS: Final = {
    "applicant": "人",
    "application": "応募",
    "posting": "募集",
    "household": "世帯",
    "company": "企業",
    "run": "配置の計算",
    "listing": "登録者全員の一覧",
    "proof": "証明書類の画像",
    "account": "サインインなど",
}
_REQUESTED: Final = "本人の求めによる消去"


def certify(
    session: Session,
    class_name: ClassName | str,
    ids: Mapping[str, Iterable[str]],
    *,
    rule: RetentionRule | None,
    on: date,
    held: int,
    by: Actor,
    now: datetime,
) -> CertificateRow:
    """Write the certificate of what goes in the caller's transaction.

    Parameters
    ----------
    session : Session
    class_name : ClassName or str
    ids : mapping of kind to ids
        What goes; the certificate has their number and one digest of each kind's sorted ids.
    rule : RetentionRule, optional
        By which rule; ``None`` = a person asked.
    on : date
    held : int
        How many things of the class a block keeps.
    by : Actor
    now : datetime
    """
    gone = {kind: sorted(several) for kind, several in ids.items()}
    body = canonical_json(
        {
            "format": FORMAT,
            "class": class_name,
            "label": _REQUESTED if rule is None else rule.label,
            "rule": _REQUESTED if rule is None else rule.words(),
            "source": "個人情報保護法98条" if rule is None else rule.source,
            "on": on.isoformat(),
            "made_at": now.isoformat(),
            "by": by.model_dump(),
            "removed": {kind: {"count": len(several), "ids": digest_of(several)} for kind, several in gone.items()},
            "held": held,
            "code_version": code_version(),
        }
    )
    row = CertificateRow(
        number=last_certificate(session) + 1,
        class_name=class_name,
        made_at=now,
        digest=hashlib.sha256(body.encode()).hexdigest(),
        body=body,
    )
    session.add(row)
    session.flush()
    return row


def last_certificate(session: Session) -> int:
    """The number of the newest certificate; 0 where nothing was ever taken away."""
    return session.exec(select(func.max(CertificateRow.number))).one() or 0


def certificate_page(session: Session, *, limit: int, offset: int) -> tuple[list[CertificateRow], int]:
    """Certificates, the newest first, and how many there are."""
    total = session.exec(select(func.count(col(CertificateRow.number)))).one()
    asked = select(CertificateRow).order_by(col(CertificateRow.number).desc()).limit(limit).offset(offset)
    return list(session.exec(asked)), total


def read_certificate(session: Session, number: int) -> CertificateRow:
    """One certificate.

    Raises
    ------
    UnknownIdError
        If there is none with that number.
    """
    row = session.get(CertificateRow, number)
    if row is None:
        raise UnknownIdError("certificate", str(number))
    return row


def certificate_text(row: CertificateRow) -> str:
    """A certificate to print."""
    body: Mapping[str, Any] = json.loads(row.body)
    made = row.made_at.astimezone(JAPAN)
    removed = [
        line
        for kind, told in body["removed"].items()
        for line in (f"　{_KINDS.get(kind, kind)}　{told['count']:,}件", f"　　番号のダイジェスト　{told['ids']}")
    ]
    held = [f"差止めにより残したもの　{body['held']:,}件"] if body["held"] else []
    lines = [
        f"消去の証明　第{row.number}号",
        "",
        f"区分　{body['label']}",
        f"保存の定め　{body['rule']}",
        f"根拠　{body['source']}",
        f"基準の日　{body['on']}",
        f"消去した日時　{made:%Y-%m-%d %H:%M:%S}（日本時間）",
        f"消去した人　{body['by']['id']}（{body['by']['role']}）",
        "消去したもの",
        *removed,
        *held,
        f"プログラムの版　{body['code_version']}",
        f"この証明のダイジェスト（SHA-256。監査記録にもあります）　{row.digest}",
    ]
    return "\n".join(lines) + "\n"
