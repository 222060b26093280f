"""``/health``: the service is up and its database answers."""

from __future__ import annotations

from api.canonical import code_version
from api.http.dependencies import Reading, api_router
from api.http.schemas import Health
from api.storage.stored_records import records_revision
from features.municipalities import reference_vintage

__all__ = ["router"]

router = api_router("/health")


@router.get("", summary="稼働確認")
def health(session: Reading) -> Health:
    """Answer after one question to the database."""
    records_revision(session)
    return Health(status="ok", version=code_version(), reference=reference_vintage())
