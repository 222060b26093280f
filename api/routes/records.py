"""``/records``: a whole file of records at once, all or nothing."""

from __future__ import annotations

from api.audit.uses import loaded
from api.decisions.seats import verify_loaded_seats
from api.http.dependencies import Audit, Creating, api_router
from api.http.schemas import StoredCounts
from api.idempotency.responses import once_responses
from api.storage.stored_records import load_records_into
from features.records import Records

__all__ = ["router"]

router = api_router("/records")


@router.post("", status_code=201, summary="記録のまとめての登録", responses=once_responses(400, 413))
def add_records(session: Creating, audit: Audit, records: Records) -> StoredCounts:
    """Store every record of the document, or none where any of them is refused."""
    load_records_into(session, records)
    verify_loaded_seats(session, records)
    audit.note(loaded(records))
    return StoredCounts(**{name: len(getattr(records, name)) for name in StoredCounts.model_fields})
