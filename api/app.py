"""The HTTP service."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from api.accounts.access import require_permission
from api.accounts.cookies import is_secure
from api.accounts.gate import Gate
from api.accounts.passwords import Passwords
from api.accounts.purpose_header import describe_purposes
from api.accounts.refused import note_refusals, refusals_written
from api.accounts.response_headers import ResponseHeaders
from api.accounts.sign_in_described import describe_sign_in
from api.canonical import code_version
from api.clock import present
from api.http.dependencies import API
from api.http.problem_documents import Fault, Problem
from api.http.problems import add_problem_handlers
from api.http.serving import serve
from api.idempotency.in_flight import KeysInFlight
from api.idempotency.kept_answers import add_kept_answers
from api.kept_markets.keeping import market_kept_ready
from api.kept_markets.markets import StoredMarket
from api.kept_markets.right_of_way import RightOfWay, ShortAnswersFirst
from api.operation.metrics import Metrics
from api.operation.request_log import RequestLog
from api.own_data.forgetting import erasures_watched
from api.pages.site import add_pages
from api.retention.rules import retention_rules
from api.routes import (
    accounts,
    applicants,
    applications,
    audit,
    certificates,
    companies,
    conflicts,
    consents,
    decisions,
    documents,
    eligibility,
    explanations,
    health,
    holds,
    households,
    imports,
    interview_scores,
    jobs,
    me,
    metrics,
    modes,
    municipalities,
    organisation,
    outcomes,
    own_data,
    password,
    postings,
    probes,
    proofs,
    records,
    rerouting,
    rights,
    runs,
    session,
    uses,
    what_ifs,
)
from api.settings import Settings
from api.storage.database import database_engine
from api.storage.schema_revision import migrate

__all__ = ["create_app"]

_ROUTES = (
    health,
    metrics,
    municipalities,
    eligibility,
    postings,
    applicants,
    rights,
    applications,
    proofs,
    decisions,
    interview_scores,
    outcomes,
    documents,
    conflicts,
    households,
    companies,
    records,
    imports,
    runs,
    explanations,
    what_ifs,
    jobs,
    session,
    organisation,
    password,
    me,
    uses,
    own_data,
    accounts,
    consents,
    rerouting,
    modes,
    audit,
    holds,
    certificates,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service; the database is opened when it starts and closed when it ends.

    Parameters
    ----------
    settings : Settings, optional
        Read from the environment where absent.

    Examples
    --------
    >>> app = create_app()
    >>> "/api/v1/postings/{posting_id}/candidates" in app.openapi()["paths"]
    True
    """
    app = _Service(
        title="縁結び enmusubi",
        version=code_version(),
        summary="地域おこし協力隊・地域活性化起業人のための配置エンジン。人が決め、エンジンは読む順と理由を示します。",
        lifespan=_lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # FastAPI's pages load scripts from a foreign server, which an office may not reach
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(require_permission)],  # of routes that come later; serve() wants it of all others
    )
    app.state.settings = settings or Settings()
    app.state.metrics = Metrics()
    app.state.clock = present
    app.state.right_of_way = RightOfWay()
    app.state.keeps_market_ready = False  # a served application does; see api.operation.answering
    app.state.passwords = Passwords()
    app.state.keys_in_flight = KeysInFlight()
    app.state.organisation_transport = None  # over the network; tests keep it in the process
    add_problem_handlers(app)
    add_kept_answers(app)
    note_refusals(app)
    for module in _ROUTES:
        serve(app, module.router)
    app.router.routes.extend(probes.PROBES)
    add_pages(app)
    app.add_middleware(Gate)
    # outside the gate, so that what it refuses is answered like any other error
    handlers = {kind: answer for kind, answer in app.exception_handlers.items() if kind is not Exception}
    app.add_middleware(ExceptionMiddleware, handlers=handlers)
    app.add_middleware(ShortAnswersFirst, way=app.state.right_of_way)
    return app


class _Service(FastAPI):
    _described: dict[str, Any] | None = None

    def build_middleware_stack(self) -> ASGIApp:
        """Starlette's stack inside the headers and the log, so that an unexpected error has both too."""
        inside = ResponseHeaders(super().build_middleware_stack(), is_secure=is_secure)
        return RequestLog(inside, metrics=self.state.metrics)

    def openapi(self) -> dict[str, Any]:
        """FastAPI's document plus the schemas that problem responses refer to."""
        document = super().openapi()
        if document is not self._described:  # FastAPI makes it anew when routes have come
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            problem.pop("$defs")
            document["components"]["schemas"] |= {"Problem": problem, "Fault": Fault.model_json_schema()}
            describe_purposes(document)
            describe_sign_in(document)
            self._described = document
        return document


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    settings: Settings = app.state.settings
    retention_rules(settings.retention_file)  # read once a process, so that a file changed later surprises no client
    engine = database_engine(settings.database_url)
    migrate(engine)
    app.state.engine = engine
    app.state.market = StoredMarket(engine, settings, app.state.right_of_way)
    async with refusals_written(app), erasures_watched(app), market_kept_ready(app):
        yield
    engine.dispose()
