"""``/interview-scores``: what each member of a panel gives, closed to the others until theirs are in."""

from __future__ import annotations

from fastapi import Response

from api.decisions.audit_uses import shown, stored
from api.http.dependencies import Audit, Reading, Writing, api_router
from api.http.now import Now
from api.http.problems import problem_responses
from api.interviews.items import ScoreItems, score_items
from api.interviews.schemas import InterviewScore, InterviewScores, ScoreRequest
from api.interviews.store import give_scores, open_scores, score_answer
from features.records import Identifier

__all__ = ["router"]

router = api_router("/interview-scores")


@router.get("", summary="面接の評価（自分の提出のあとに他の人の分）", responses=problem_responses(403))
def interview_scores(session: Reading, audit: Audit, application_id: Identifier) -> InterviewScores:
    """The scores of one application that are open to the reader, in the order they came in."""
    found = open_scores(session, application_id, by=audit.actor)
    audit.note(shown("interview", [found], (score.score_id for score in found.scores)))
    return found


@router.post(
    "",
    status_code=201,
    summary="面接の評価の提出",
    responses=problem_responses(400, 403, 409, 413) | {200: {"model": InterviewScore, "description": "As stored."}},
)
def add_interview_scores(
    sent: ScoreRequest, session: Writing, audit: Audit, now: Now, response: Response
) -> InterviewScore:
    """Give one's scores, once; the same request again is answered 200 with what it stored."""
    given = give_scores(session, sent, by=audit.actor, now=now)
    answer = score_answer(given.row)
    if given.is_new:
        audit.note(stored("interview", given.row.id, answer, about=sent.application_id, action="created"))
    else:
        response.status_code = 200
        audit.note(shown("interview", [answer], [given.row.id]))
    return answer


@router.get("/items", summary="面接で評価する項目と段階の言葉")
def items() -> ScoreItems:
    """What a panel scores, in words; and what it may not ask."""
    return score_items()
