"""Records as pieces of text that can be read, compared and quoted one by one.

An applicant's pieces are occupations, skills and the sentences of the two free texts. Each tells how far it speaks of
what was *done* and of what is *wanted*: an occupation was done, a sentence with a wish is wanted, one sentence may be
both in different clauses (:mod:`features.reading.roles`). Who leaves a work behind does not want it: of a text that
says so only what is wanted or dwelt on is read as a wish. A call's pieces are its title, sentences, goals and skills,
each with the weight of its kind of sentence: what the person will do counts, where the town lies does not. What is
denied is not read, nor is what says nothing of work (:mod:`features.reading.unread`); what is read is spelt in one way,
whatever marks and widths were used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from features.reading.lists import heaps, listed, share_of_each
from features.reading.roles import Clause, Role, clauses_of, is_leaving
from features.reading.spelling import spelt
from features.reading.unread import unread_spans
from features.text import word_set

__all__ = ["ABOUT", "DWELT_ON", "CallPiece", "Facet", "Piece", "call_pieces", "person_pieces", "sentences_of", "spelt"]

Facet: TypeAlias = Literal["done", "wish"]

_SENTENCE: Final = re.compile(r"[^。．｡！？!?\n\r]+[。．｡！？!?]*")
ABOUT: Final = 0.3  # a sentence about the place; what weighs less tells nothing of the work
# an occupation says more of what was done than a sentence, a sentence more than a skill's name (tuning half)
_OWN_WORK: Final = {"occupations": 1.0, "skills": 0.35}
_TOLD: Final = 0.6
_WANTED: Final = 1.0
DWELT_ON: Final = 0.6  # in a motivation, signs of a wish: what it dwells on, and what it goes on from
_DONE_BEFORE: Final = 0.4
_TASK, _PLAIN, _HOST = 1.0, 0.6, 0.1
_WHOLE_CALL: Final = {"title": 2.0, "goals": 0.7, "required_skills": 0.5, "preferred_skills": 0.5}
_TASKS: Final = re.compile(
    r"業務|任務|お願い|担当|従事|取り組|取組|行(?:い|う|って|なう)|企画|運営|支援|携わ|担(?:い|う|って)|任せ|手伝|いただ|育成|実施|推進|づくり|作り"
)
_PLACES: Final = re.compile(r"人口|位置|面積|高齢化率|恵まれ|知られ|名所|自慢|豊か|に囲まれ|四季|人情|鉄道で|空港")
_HOSTS: Final = re.compile(
    r"打合せ|打ち合わせ|担当課|配属|所属し|相談|面談|住居|家賃|報酬|休日|勤務時間|応募|選考|任期後|車両|免許|歓迎|方を|お待ち|任用|委託契約|経費"
)


class Piece(NamedTuple):
    """A piece of an applicant's record: its column, the words as written, what is read of them for each facet.

    ``shared_by`` tells among how many things its words are shared: those of its longest list, or of the list it is in.
    """

    field: str
    text: str
    done: str
    wish: str
    done_weight: float
    wish_weight: float
    shared_by: float = 1.0


class CallPiece(NamedTuple):
    """A piece of a call: its column, the words as written, what is read of them, and its weight."""

    field: str
    text: str
    read: str
    weight: float


@lru_cache(maxsize=65_536)
def person_pieces(field: str, text: str) -> tuple[Piece, ...]:
    """Pieces of one cell of an applicant's record.

    Parameters
    ----------
    field : str
        ``occupations``, ``skills``, ``motivation_text`` or ``plan_text``.
    text : str
        As written, with what may not be read already masked.

    Examples
    --------
    >>> [(p.done, p.wish) for p in person_pieces("motivation_text", "製本を十二年続け、今は灯りの仕事がしたい。")]
    [('製本を十二年続け。', '製本を十二年続け、今は灯りの仕事がしたい。')]
    """
    if field in ("occupations", "skills"):
        read = _said(text, 0, text)
        return (_shared(Piece(field, text, read, "", _OWN_WORK[field], 0.0)),) if read.strip() else ()
    return tuple(_shared(piece) for piece in _sentences(field, text))


@lru_cache(maxsize=65_536)
def call_pieces(field: str, text: str) -> tuple[CallPiece, ...]:
    """Pieces of one cell of a call: title, mission text, a goal, or a skill asked for.

    Examples
    --------
    >>> [(piece.read, piece.weight) for piece in call_pieces("title", "森を育てる隊員")]
    [('森を育てる隊員', 2.0)]
    """
    if field in _WHOLE_CALL:
        return (CallPiece(field, text, _said(text, 0, text), _WHOLE_CALL[field]),)
    return tuple(
        CallPiece(field, sentence, _said(text, begin, sentence), _weight_of(sentence))
        for begin, sentence in sentences_of(text)
    )


def _weight_of(sentence: str) -> float:
    tasks = bool(_TASKS.search(sentence))
    if _HOSTS.search(sentence):
        return ABOUT if tasks else _HOST
    if _PLACES.search(sentence):
        return ABOUT
    return _TASK if tasks else _PLAIN


def _sentences(field: str, text: str) -> Iterator[Piece]:
    sentences = list(sentences_of(text))
    heaped = heaps([sentence for _, sentence in sentences])
    clauses = clauses_of(text, is_plan=field == "plan_text")
    leaving = is_leaving(text)
    for place, (begin, sentence) in enumerate(sentences):
        read = _said(text, begin, sentence)
        if not read.strip() or place in heaped or (read != spelt(sentence) and not word_set(read)):
            continue
        own = [clause for clause in clauses if clause.begin < begin + len(sentence) and begin < clause.end]
        wants = any(clause.role == "wish" for clause in own)
        done = _told(text, own, ("done", "left"))
        # whether the last sentence ends with a mark says nothing
        wish = _told(text, own, ("wish", "other")) if leaving else read.rstrip("。?") + "。"
        weight = _WANTED if wants else 0.0 if leaving and done else _DONE_BEFORE if done else DWELT_ON
        yield Piece(field, sentence, done, wish if weight else "", _TOLD if done else 0.0, weight if wish else 0.0)


def _told(text: str, clauses: Sequence[Clause], roles: tuple[Role, ...]) -> str:
    """What the clauses of some roles say, in one spelling."""
    said = "".join(
        _said(text, clause.begin, text[clause.begin : clause.end]).strip() for clause in clauses if clause.role in roles
    )
    return said.rstrip("、。?") + "。" if word_set(said) else ""


def _shared(piece: Piece) -> Piece:
    """The piece with its weights shared among what it lists."""
    things = listed(piece.text)
    share = share_of_each(piece.done or piece.wish, things=things)
    return piece._replace(
        done_weight=piece.done_weight * share, wish_weight=piece.wish_weight * share, shared_by=float(things)
    )


def sentences_of(text: str) -> Iterator[tuple[int, str]]:
    """Where each sentence of a text begins, and its words as written."""
    for mark in _SENTENCE.finditer(text):
        sentence = mark.group()
        stripped = sentence.strip()
        if stripped:
            yield mark.start() + sentence.index(stripped[0]), stripped


def _said(text: str, begin: int, part: str) -> str:
    """``part`` of a text without what is not read, in one spelling."""
    end, kept, at = begin + len(part), list[str](), begin
    for first, last in unread_spans(text):
        if last <= begin or first >= end:
            continue
        kept.append(text[at : max(at, first)])
        at = min(end, max(at, last))
    return spelt("".join((*kept, text[at:end])))
