"""What the public is told about the engine: the content of the paper 「AI利用の説明」, as a page."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.accounts.access import Reached
from api.canonical import code_version
from api.documents.ai_notice import content_of_ai_notice
from api.documents.sectioned import Facts
from api.pages.shell import Crumb, Shell, page_router
from api.settings import Settings
from features.municipalities import reference_vintage
from features.weights import weights_of_file

__all__ = ["router"]

router = page_router()


@router.get("/ai-notice")
def ai_notice(request: Request, shell: Shell, _reach: Reached) -> Response:
    """Purposes, who decides, what is not used, criteria with weights, choices."""
    settings: Settings = request.app.state.settings
    weights = weights_of_file(settings.weights_file)
    provenance = {
        "on": settings.day().isoformat(),
        "weights": {"name": weights.name, "digest": weights.digest},
        "reference": reference_vintage(),
        "code_version": code_version(),
    }
    document = content_of_ai_notice(weights, provenance=provenance).sections()
    return shell.page(
        "ai_notice.html.j2",
        crumbs=[Crumb(shell.words("ai_notice.nav"))],
        document=document,
        sections=[one for one in document.sections if not isinstance(one, Facts)],
        made=settings.day(),
    )
