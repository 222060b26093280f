"""Words set down to be found do not pay: heaps, copies and long lists raise no total that matters.

An applicant who does not fit a call adds its words in one of five ways. The bounds say how much the total of that call
may rise, of 1; for a sentence made of the call's nouns it is what an honest wish for the best of them is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from features.reading.facets import person_row
from features.reading.lists import heaps, listed
from features.reading.own_words import in_own_words
from features.reading.pieces import person_pieces, sentences_of
from features.reading.tables import pieces_of_person, share_of_list
from features.records import Applicant, Posting
from features.tables import applicant_table, posting_table
from features.taxonomy.kinds import families, work_kinds
from features.text import content_words
from tests.features.reading.read_pairs import as_written, calls, contributions, people, with_profile

Attack = Callable[[Applicant, Posting], Applicant]

NOUNS = [kind.words[0] for kind in work_kinds().values() if len(kind.words[0]) > 1]
ALL_ACTIVITIES = NOUNS[:: len(NOUNS) // 30][:30]
FORTY = NOUNS[:: len(NOUNS) // 40][:40]
FITTING = 3  # the first three people of a call are those who fit


def _nouns(call: Posting) -> list[str]:
    words = (word.surface for text in (call.title, call.mission_text) for word in content_words(text or ""))
    return list(dict.fromkeys(word for word in words if not "ぁ" <= word[-1] <= "ん"))[:30]


def _after_motivation(text: str) -> Callable[[Applicant], Applicant]:
    def of(person: Applicant) -> Applicant:
        return with_profile(person, motivation_text=(person.selection_profile.motivation_text or "") + text)

    return of


def _heap(person: Applicant, call: Posting, *, mark: str = "、") -> Applicant:
    return _after_motivation(mark + mark.join(_nouns(call)) + mark)(person)


def _copy(person: Applicant, call: Posting) -> Applicant:
    profile = person.selection_profile
    copied = (call.mission_text or "") + "".join(f"{goal}。" for goal in call.goals or ())
    return with_profile(
        person,
        motivation_text=(profile.motivation_text or "") + copied,
        plan_text=(profile.plan_text or "") + copied,
        skills=(*(profile.skills or ()), *(sentence for _, sentence in sentences_of(copied))),
    )


def _every_activity(person: Applicant, call: Posting) -> Applicant:
    return _after_motivation("、".join(ALL_ACTIVITIES) + "。")(person)


def _list_sentence(person: Applicant, call: Posting) -> Applicant:
    return _after_motivation("、".join(_nouns(call)[:4]) + "に取り組みたいです。")(person)


def _forty_skills(person: Applicant, call: Posting) -> Applicant:
    return with_profile(person, skills=(*(person.selection_profile.skills or ()), *FORTY))


def _skills_of_the_call(person: Applicant, call: Posting) -> Applicant:
    nouns = (_nouns(call) * 2)[:40]
    return with_profile(person, skills=(*(person.selection_profile.skills or ()), *nouns))


ATTACKS: Mapping[str, tuple[Attack, float]] = {
    "heap of the call's nouns": (_heap, 1e-9),
    "heap over lines": (lambda person, call: _heap(person, call, mark="\n"), 1e-9),
    "heap between spaces": (lambda person, call: _heap(person, call, mark="　"), 1e-9),
    "the call's own sentences": (_copy, 1e-9),
    "nouns of all activities": (_every_activity, 1e-9),
    "forty skills": (_forty_skills, 0.04),
    "forty skills of the call's nouns": (_skills_of_the_call, 0.06),
}


@lru_cache(maxsize=1)
def _unrelated() -> tuple[tuple[int, int], ...]:
    """Three people of the lower half of each call, as (person, call)."""
    totals = as_written().sum(axis=2)
    order = np.argsort(totals, axis=0, kind="stable")
    half = len(people()) // 2
    return tuple((int(order[row, j]), j) for j in range(len(calls())) for row in (2, half // 2, half - 1))


@lru_cache(maxsize=len(ATTACKS) + 1)
def _totals(attack: Attack) -> list[tuple[int, int, float]]:
    """Person, call and the total after the attack, for every unrelated pair."""
    pairs = _unrelated()
    changed = contributions(attack(people()[i], calls()[j]) for i, j in pairs).sum(axis=2)
    return [(i, j, float(changed[row, j])) for row, (i, j) in enumerate(pairs)]


def test_the_unrelated_are_many_and_far_below_those_who_fit() -> None:
    totals = as_written().sum(axis=2)

    assert len(_unrelated()) >= 60
    assert len({j for _, j in _unrelated()}) == len(calls())
    assert all(totals[i, j] < _third(j) for i, j in _unrelated())


@pytest.mark.parametrize("name", ATTACKS)
def test_stuffing_raises_the_total_by_next_to_nothing(name: str) -> None:
    attack, bound = ATTACKS[name]
    before = as_written().sum(axis=2)

    assert max(after - before[i, j] for i, j, after in _totals(attack)) <= bound


@pytest.mark.parametrize("name", ATTACKS)
def test_stuffing_lifts_nobody_above_those_who_fit(name: str) -> None:
    attack, _ = ATTACKS[name]

    assert [(i, j) for i, j, after in _totals(attack) if after >= _third(j)] == []


def test_a_sentence_that_lists_the_calls_nouns_is_worth_no_more_than_one_honest_wish() -> None:
    honest = [
        contributions(
            _after_motivation(f"{noun}に取り組みたいです。")(people()[i])
            for i, j in _unrelated()
            for noun in [_noun(j, k)]
        ).sum(axis=2)
        for k in range(4)
    ]
    best = [max(float(totals[row, j]) for totals in honest) for row, (_, j) in enumerate(_unrelated())]

    assert max(after - best[row] for row, (_, _, after) in enumerate(_totals(_list_sentence))) <= 0.01


@given(
    nouns=st.lists(st.sampled_from(NOUNS), min_size=4, max_size=30, unique=True),
    mark=st.sampled_from(["、", "，", "・", "　", "\n", "。", "／", "､"]),
)
@settings(deadline=None)
def test_nouns_alone_tell_nothing_whatever_stands_between_them(nouns: list[str], mark: str) -> None:
    bare = [noun for noun in nouns if heaps([noun, noun, noun, noun])]

    assert len(bare) < 4 or person_pieces("motivation_text", mark.join(bare) + "。") == ()


@given(chosen=st.lists(st.sampled_from(sorted(families())), min_size=4, max_size=10, unique=True))
@settings(deadline=None)
def test_a_list_of_many_trades_wants_as_much_of_all_together_as_one_wish(chosen: list[str]) -> None:
    nouns = [families()[code].work[0].words[0] for code in chosen]
    text = "、".join(nouns) + "に取り組みたいです。"
    (piece,) = person_pieces("motivation_text", text)

    assume(listed(text) == len(nouns))
    assert piece.wish_weight <= 1 / (len(nouns) - 2)  # a word may name trades of two families
    assert piece.shared_by == len(nouns)


@given(extra=st.integers(1, 60))
@settings(deadline=None)
def test_the_longer_a_list_of_skills_the_less_all_of_it_says(extra: int) -> None:
    cells = tuple(("skills", noun) for noun in NOUNS[: 10 + extra])
    row = person_row(pieces_of_person(cells), "done")

    assert share_of_list(cells, "skills") < 1
    assert float(row.max()) <= 0.8 * share_of_list(cells, "skills") + 1e-6


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.posting_id)
def test_what_is_copied_from_a_call_is_left_out_before_anything_is_read(call: Posting) -> None:
    before = applicant_table(people()).selection
    after = applicant_table([_copy(person, call) for person in people()]).selection
    table = posting_table(calls())

    assert in_own_words(before, table) is before
    for column in ("motivation_text", "plan_text", "skills"):
        left = in_own_words(after, table).frame[column].to_list()
        assert [value or None for value in left] == [value or None for value in before.frame[column].to_list()]


def test_who_names_a_call_by_its_title_and_goes_on_is_read() -> None:
    call = calls()[0]
    text = f"「{call.title}」に応募し、週末に続けてきた間伐と下刈りの腕を、山で暮らす仕事に育てていきたいです。"
    table = applicant_table([with_profile(people()[0], motivation_text=text)]).selection

    assert in_own_words(table, posting_table(calls())).frame["motivation_text"].to_list() == [text]


def _third(j: int) -> float:
    return float(np.sort(as_written().sum(axis=2)[:, j])[-FITTING])


def _noun(j: int, place: int) -> str:
    nouns: Sequence[str] = _nouns(calls()[j])
    return nouns[place]
