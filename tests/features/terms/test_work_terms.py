"""Work done, work wanted and the meaning of the whole: what counts, and that it rests on what is quoted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.json_files.record_files import load_records
from features.reading import facets, meaning
from features.reading.encoder import Floats, encode
from features.records import Applicant, Posting, Records
from features.scoring import read_whole
from features.synthetic import sample_market
from features.tables import PostingTable, applicant_table, posting_table
from features.taxonomy.vocabulary import Activity
from features.terms import SELECTION_TERMS
from features.terms.factor import InnerTerm
from features.terms.mission_meaning import MISSION_MEANING
from features.terms.mission_text import MISSION_TEXT
from features.terms.term import Finding, SelectionTerm
from features.terms.work_done import WORK_DONE
from features.terms.work_wanted import WORK_WANTED
from tests.features.terms.pairs import build, find, scores_of, see
from tests.features.terms.records import applicant, posting

TERMS = (WORK_DONE, WORK_WANTED, MISSION_MEANING)
EACH = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
HOUSES = posting(
    title="空き家の相談員",
    mission_text="空き家の持ち主を訪ね、借りたい人につなぎます。",
    activities=["vacant_house"],
)
SMALL = Path(__file__).resolve().parents[3] / "fixtures" / "small"
SENTENCES = (
    "旅館で七年働きました。",
    "空き家を借り手につなぐ仕事がしたいです。",
    "農業は苦手です。",
    "森林、林業、間伐、植林。",
    "祭りの支度を手伝うつもりです。",
    "海の見える町です。",
    "妻と二人の子どもと移り住み、",
    "ﾜｲﾝを造る！",
)
TITLES = ("旅館の番頭", "森林組合の経理", "画家のモデル", "英語は苦手", "ＩＴ企業の営業", "〇")
text = st.none() | st.lists(st.sampled_from(SENTENCES) | st.text(max_size=5), max_size=4).map("".join)
items = st.none() | st.lists(st.sampled_from(TITLES), max_size=3, unique=True)
people = st.lists(
    st.fixed_dictionaries({"occupations": items, "skills": items, "motivation_text": text, "plan_text": text}),
    min_size=1,
    max_size=4,
)
calls = st.lists(
    st.fixed_dictionaries(
        {
            "title": text,
            "mission_text": text,
            "goals": items,
            "required_skills": items,
            "activities": st.none() | st.lists(st.sampled_from(get_args(Activity)), max_size=3, unique=True),
        }
    ),
    min_size=1,
    max_size=3,
)


def _told(term: SelectionTerm, **profile: Any) -> Finding:
    finding = see(term, applicant(**profile), HOUSES).finding
    assert finding is not None
    return finding


def test_an_occupation_used_in_the_mission_is_a_reason_that_quotes_both() -> None:
    finding = _told(WORK_DONE, occupations=["空き家相談員（５年）"])

    assert (finding.kind, finding.applicant_phrase) == ("reason", "空き家相談員（５年）")
    assert finding.posting_phrase in {"空き家の相談員", "空き家の持ち主を訪ね、借りたい人につなぎます。"}
    assert finding.sentence.startswith("「空き家相談員（５年）」は空き家・空き店舗の活用の経験に当たり、")


def test_work_that_is_kin_counts_and_is_told_by_its_own_name() -> None:
    near = see(WORK_DONE, applicant(occupations=["不動産会社の営業"]), HOUSES)
    far = see(WORK_DONE, applicant(occupations=["乳牛の世話"]), HOUSES)

    assert near.value > far.value
    assert near.finding is not None
    assert "（不動産の仲介・管理）は空き家・空き店舗の活用に近い仕事" in near.finding.sentence


@pytest.mark.parametrize("call", [{"activities": ["vacant_house"]}, {"mission_text": "空き家バンクを担当します。"}])
def test_codes_or_words_of_a_call_tell_its_work_alone(call: dict[str, Any]) -> None:
    member = see(WORK_DONE, applicant(occupations=["空き家相談員"]), posting(**call))
    stranger = see(WORK_DONE, applicant(occupations=["客室乗務員"]), posting(**call))

    assert member.low == member.high
    assert member.value > stranger.value


def test_what_was_done_and_what_is_wanted_are_two_things() -> None:
    did, wants = "空き家の管理を五年続けました。", "空き家の管理がしたいです。"
    done = [see(WORK_DONE, applicant(motivation_text=said), HOUSES) for said in (did, wants)]
    wanted = [see(WORK_WANTED, applicant(motivation_text=said), HOUSES) for said in (did, wants)]

    assert _told(WORK_DONE, motivation_text=did).kind == "reason"
    assert (done[1].low, done[1].high) == (0, 1)
    assert _told(WORK_WANTED, motivation_text=wants).kind == "reason"
    assert wanted[0].value < wanted[1].value


def test_an_occupation_that_is_no_wish_leaves_the_wish_unknown() -> None:
    seen = see(WORK_WANTED, applicant(occupations=["空き家相談員"]), HOUSES)

    assert (seen.low, seen.high) == (0, 1)
    assert _told(WORK_WANTED, occupations=["空き家相談員"]).kind == "unknown"


def test_no_occupation_is_known_and_a_missing_list_is_not() -> None:
    none, missing = see(WORK_DONE, applicant(occupations=[]), HOUSES), see(WORK_DONE, applicant(), HOUSES)

    assert (none.low, none.value, none.high) == (0, 0, 0)
    assert (missing.low, missing.high) == (0, 1)
    assert _told(WORK_DONE, occupations=[]).kind == "gap"
    assert _told(WORK_DONE).kind == "unknown"


def test_work_told_in_a_sentence_only_is_known_and_a_gap_where_it_is_another() -> None:
    seen = see(WORK_DONE, applicant(motivation_text="旅館で七年働きました。"), posting(title="森林の間伐"))

    assert seen.low == seen.high
    assert seen.finding is not None
    assert seen.finding.kind == "gap"


@pytest.mark.parametrize(
    ("term", "profile", "call"),
    [
        (WORK_DONE, {"occupations": ["画家のモデル"]}, posting(activities=["education"])),
        (WORK_WANTED, {"motivation_text": "空き家の管理を五年続けました"}, HOUSES),
    ],
)
def test_what_carries_less_than_silence_would_is_no_reason(
    term: SelectionTerm, profile: dict[str, Any], call: Posting
) -> None:
    said, silent = see(term, applicant(**profile), call), see(term, applicant(), call)

    assert 0 < said.value < silent.value
    assert said.finding is None or said.finding.kind == "gap"


@pytest.mark.parametrize("said", ["空き家は苦手です。", "空き家、林業、観光、農業。"])
def test_what_is_denied_or_only_listed_is_not_wanted(said: str) -> None:
    seen = see(WORK_WANTED, applicant(motivation_text=said), HOUSES)

    assert (seen.low, seen.value, seen.high) == (0, 0, 0)
    assert seen.finding is not None
    assert seen.finding.kind == "gap"
    assert see(MISSION_MEANING, applicant(motivation_text=said), HOUSES).value < 0.55


@EACH
def test_a_call_that_says_nothing_of_the_work_is_unknown(term: SelectionTerm) -> None:
    person = applicant(occupations=["空き家相談員"], motivation_text="空き家を直したいです。")
    seen = see(term, person, posting(activities=["other"], title="　"))

    assert (seen.low, seen.high) == (0, 1)
    assert seen.finding is None or seen.finding.kind == "unknown"


@EACH
@pytest.mark.parametrize("blank", [None, "", "　\n"])
def test_a_person_who_says_nothing_is_unknown(term: SelectionTerm, blank: str | None) -> None:
    seen = see(term, applicant(motivation_text=blank, plan_text=blank), HOUSES)

    assert seen.low == 0 < seen.value < seen.high == 1
    assert seen.finding is not None
    assert seen.finding.kind == "unknown"


def test_a_whole_record_may_be_near_without_a_common_word() -> None:
    call = posting(title="八女提灯の工房の後継者", mission_text="竹ひごの骨組みに和紙を貼る工程を担っていただきます。")
    craft = applicant(motivation_text="手仕事の職人に弟子入りし、灯籠づくりを受け継ぎたいです。")
    school = applicant(motivation_text="高校生に数学を教え、進学を支えたいと思いました。")

    assert see(MISSION_TEXT, craft, call).value == 0 == see(MISSION_TEXT, school, call).value
    assert see(MISSION_MEANING, craft, call).value > see(MISSION_MEANING, school, call).value + 0.05


@EACH
@given(who=people, where=calls)
@settings(deadline=None, max_examples=40)
def test_contributions_lie_in_0_to_1_and_a_block_agrees_with_its_columns(
    term: SelectionTerm, who: list[dict[str, Any]], where: list[dict[str, Any]]
) -> None:
    applicants = applicant_table([applicant(number, **profile) for number, profile in enumerate(who)])
    postings = posting_table([posting(number, **content) for number, content in enumerate(where)])
    factor, scores = build(term, applicants, postings), scores_of(term, applicants, postings)

    assert isinstance(factor, InnerTerm)
    assert factor.left.dtype == factor.right.dtype == np.float32
    for bound in ("low", "value", "high"):
        block = scores.block(slice(None), slice(None), bound=bound)
        assert np.all((block >= -1e-6) & (block <= 1 + 1e-6))
        for j in range(len(where)):
            np.testing.assert_allclose(block[:, j], getattr(scores.column(j), bound)[:, 0], atol=2e-6)


@EACH
@given(who=people, where=calls)
@settings(deadline=None, max_examples=40)
def test_what_is_told_agrees_with_the_contribution(
    term: SelectionTerm, who: list[dict[str, Any]], where: list[dict[str, Any]]
) -> None:
    applicants = applicant_table([applicant(number, **profile) for number, profile in enumerate(who)])
    postings = posting_table([posting(number, **content) for number, content in enumerate(where)])
    scores = scores_of(term, applicants, postings)

    for j in range(len(where)):
        column = scores.column(j)
        for i in range(len(who)):
            found = find(term, applicants, i, postings, j)
            is_known = column.low[i, 0] == column.high[i, 0]
            assert found is None or is_known == (found.kind != "unknown")
            assert found is None or found.kind != "reason" or column.value[i, 0] > 0


class Quoted(NamedTuple):
    """A finding that quotes, of one term and one pair of a set of records."""

    records: Records
    postings: PostingTable
    i: int
    j: int
    finding: Finding


Side = Literal["applicant", "posting"]
READ: dict[Side, tuple[str, ...]] = {
    "applicant": ("occupations", "skills", "licences", "motivation_text", "plan_text"),
    "posting": ("title", "mission_text", "goals", "required_skills", "preferred_skills"),
}
BY_NAME = {term.name: term for term in SELECTION_TERMS}


@lru_cache(maxsize=1)
def _applications() -> tuple[tuple[Records, PostingTable, int, int], ...]:
    """Who applied where, in the hand-written market and in a small sample of the generated one."""
    written = load_records([SMALL / "applicants.json", SMALL / "postings.json"])
    drawn = sample_market(n_applicants=60, n_postings=25, n_kigyojin_postings=6, n_company_people=12)
    return tuple(
        (records, postings, _place(records.applicants, wish.applicant_id), _place(records.postings, wish.posting_id))
        for records in (written, drawn)
        for postings in [posting_table(records.postings)]
        for wish in records.applications
    )


def _place(records: Sequence[Applicant] | Sequence[Posting], an_id: str) -> int:
    ids = [record.applicant_id if isinstance(record, Applicant) else record.posting_id for record in records]
    return ids.index(an_id)


@lru_cache(maxsize=8)
def _quoted(name: str) -> tuple[Quoted, ...]:
    found: list[Quoted] = []
    for records, postings, i, j in _applications():
        finding = find(BY_NAME[name], applicant_table([records.applicants[i]]), 0, postings, j)
        if finding is not None and finding.kind == "reason":
            found.append(Quoted(records, postings, i, j, finding))
    return tuple(found)


def _value(name: str, person: Applicant, postings: PostingTable, j: int) -> float:
    column = scores_of(BY_NAME[name], applicant_table([person]), postings).column(j)
    return float(column.value[0, 0])


def _less(content: str | list[str] | None, phrase: str) -> str | list[str] | None:
    """A cell without a phrase; an item of a list that it was is gone."""
    if content is None or isinstance(content, str):
        return None if content is None else content.replace(phrase, "")
    return [rest for item in content if (rest := item.replace(phrase, "")).strip()]


def _without(record: Applicant | Posting, phrase: str) -> dict[str, Any]:
    content = record.model_dump(mode="json")
    side: Side = "applicant" if isinstance(record, Applicant) else "posting"
    cells = content["selection_profile"] if side == "applicant" else content
    before = {key: cells[key] for key in READ[side]}
    cells |= {key: _less(cell, phrase) for key, cell in before.items()}
    assert before != {key: cells[key] for key in READ[side]}, f"{phrase} does not stand in the record"
    return content


def _before_and_after(name: str, side: Side) -> Iterator[tuple[float, float, str]]:
    """The contribution with the quoted words and without them, of every finding that quotes on a side."""
    for records, postings, i, j, finding in _quoted(name):
        person, read = records.applicants[i], postings
        phrase = finding.applicant_phrase if side == "applicant" else finding.posting_phrase
        if phrase is None:
            continue
        whole = _value(name, person, read, j)
        if side == "applicant":
            person = Applicant.model_validate(_without(person, phrase))
        else:
            calls = list(records.postings)
            calls[j] = Posting.model_validate(_without(calls[j], phrase))
            read = posting_table(calls)
        yield (
            whole,
            _value(name, person, read, j),
            f"{records.applicants[i].applicant_id} {records.postings[j].posting_id} {phrase}",
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "side"),
    [
        *((name, side) for name in ("work_done", "work_wanted", "mission_meaning") for side in READ),
        ("mission_text", "applicant"),
        ("mission_text", "posting"),
        ("skill_coverage", "applicant"),
    ],
)
def test_deleting_the_quoted_words_from_the_record_lowers_the_contribution(name: str, side: Side) -> None:
    told = list(_before_and_after(name, side))

    assert len(_applications()) >= 60
    assert len(told) >= 20
    assert [words for whole, rest, words in told if not rest < whole] == []


def test_the_skill_a_call_is_quoted_with_is_the_one_the_quoted_item_covers() -> None:
    # a call that asks for less is covered more, so here the item decides: with it all that is asked, without it nothing
    for *_, finding in _quoted("skill_coverage"):
        alone = posting(required_skills=[finding.posting_phrase])
        assert see(BY_NAME["skill_coverage"], applicant(skills=[finding.applicant_phrase]), alone).value == 1
        assert see(BY_NAME["skill_coverage"], applicant(skills=["暗算"]), alone).value == 0


@EACH
def test_the_order_of_the_applicants_moves_no_bit(term: SelectionTerm) -> None:
    records = load_records([SMALL / "applicants.json", SMALL / "postings.json"])
    order = [int(i) for i in np.random.default_rng(7).permutation(len(records.applicants))]
    postings = posting_table(records.postings)
    plain = scores_of(term, applicant_table(records.applicants), postings)
    shuffled = scores_of(term, applicant_table([records.applicants[i] for i in order]), postings)

    for j in range(len(postings)):
        np.testing.assert_array_equal(shuffled.column(j).value, plain.column(j).value[order])


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is encoded while the terms are built."""
    seen: list[str] = []

    def watched(texts: Sequence[str]) -> Floats:
        seen.extend(texts)
        return encode(texts)

    for module in (facets, meaning):
        monkeypatch.setattr(module, "encode", watched)
    return seen


def test_an_edit_of_one_record_reads_that_record_anew_and_no_other(encoded: list[str]) -> None:
    def people_of_the_round(plan: str) -> list[Applicant]:
        texts = [f"{k}番目の応募です。湖のそばで舟を直したいです。" for k in "一二三四五"]
        return [applicant(k, motivation_text=text, plan_text=plan if k == 2 else None) for k, text in enumerate(texts)]

    postings = posting_table([HOUSES, posting(1, title="湖の舟の修理", mission_text="舟の修理を担当します。")])

    def read(plan: str) -> None:
        for term in TERMS:
            read_whole({term.name: build(term, applicant_table(people_of_the_round(plan)), postings)})

    read("まず道具をそろえます。")
    assert len(set(encoded)) > 5
    encoded.clear()
    read("まず道具をそろえます。")
    assert encoded == []
    read("まず弟子を迎えるつもりです。")

    assert sorted(encoded) == [
        "まず弟子を迎えるつもりです。",
        "三番目の応募です。湖のそばで舟を直したい。まず弟子を迎えるつもりです。",
    ]
