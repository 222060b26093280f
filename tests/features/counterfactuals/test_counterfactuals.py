"""Counterfactuals: what is promised is what happens when the change is made for real."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.counterfactuals import Counterfactual, counterfactuals
from features.counterfactuals.change import change_table
from features.errors import RecordError
from features.json_files.record_files import load_records
from features.lists.ranking import Ranking, rank
from features.market.scored_market import ScoredMarket, read_market
from features.market.standings import standings_of
from features.records import Records
from tests.features.small_market import ON, applicant, posting, records

Json = dict[str, Any]

CAR, BOAT = "普通自動車免許", "小型船舶操縦士"
# 世田谷区 lies in a metropolis, 江別市 is a city without 条件不利区域, 旭川市 and 北見市 hold some,
# 美瑛町 and 橋本市 are whole ones, 秩父市 lies in a metropolitan area and holds some
SETAGAYA, BIEI, KITAMI, NAHA = "13112", "01459", "01208", "47201"
EBETSU, ASAHIKAWA, HASHIMOTO, CHICHIBU = "01217", "01204", "30203", "11207"


def what_if(market: ScoredMarket, applicant_id: str, posting_id: str = "p1") -> tuple[Counterfactual, ...]:
    return counterfactuals(market, applicant_id, posting_id, standings=standings_of(market, posting_id))


def market_of(people: list[Json], *places: Json) -> ScoredMarket:
    return read_market(records(applicants=people, postings=list(places)), on=ON)


def codes(told: tuple[Counterfactual, ...]) -> list[str]:
    return [one.change for one in told]


def _number(sentence: str) -> float:
    found = re.search(r"(\d+(?:\.\d+)?)(?:日|時間|か月)と分かれば", sentence)
    assert found is not None
    return float(found.group(1))


def _day(sentence: str) -> str:
    found = re.match(r"着任できる日が(\d+)年(\d+)月(\d+)日", sentence)
    assert found is not None
    return date(*(int(part) for part in found.groups())).isoformat()


def _type(sentence: str) -> str:
    names = {"企業派遣型": "dispatch", "副業型": "sidejob", "シニア型": "senior"}
    return next(code for name, code in names.items() if name in sentence)


def _missing_licences(profile: Json, call: Json) -> list[str]:
    return [item for item in call["required_licences"] if item not in (profile.get("licences") or [])]


def _with(profile: Json, key: str, *values: object) -> None:
    profile[key] = [*(profile.get(key) or []), *values]


def _least(profile: Json, call: Json, key: str, *_: str) -> None:
    profile[key] = call[f"min_{key}"]


# What each sentence says, done to the records by hand; nothing here is shared with the engine.
Act = Callable[[Json, Json, str], None]
ACTS: dict[str, Act] = {
    "licence": lambda p, c, s: _with(p, "licences", *_missing_licences(p, c)),
    "licence_held": lambda p, c, s: _with(p, "licences", *_missing_licences(p, c)),
    "licence_none": lambda p, c, s: p.update(licences=[]),
    "language": lambda p, c, s: _with(p, "languages", *c["required_languages"]),
    "language_held": lambda p, c, s: _with(p, "languages", *c["required_languages"]),
    "language_none": lambda p, c, s: p.update(languages=[]),
    "days": lambda p, c, s: _least(p, c, "days_per_month"),
    "days_enough": lambda p, c, s: _least(p, c, "days_per_month"),
    "days_short": lambda p, c, s: p.update(days_per_month=_number(s)),
    "hours": lambda p, c, s: _least(p, c, "hours_per_month"),
    "hours_enough": lambda p, c, s: _least(p, c, "hours_per_month"),
    "hours_short": lambda p, c, s: p.update(hours_per_month=_number(s)),
    "onsite_days": lambda p, c, s: _least(p, c, "onsite_days_per_month"),
    "onsite_days_enough": lambda p, c, s: _least(p, c, "onsite_days_per_month"),
    "onsite_days_short": lambda p, c, s: p.update(onsite_days_per_month=_number(s)),
    "subtype": lambda p, c, s: _with(p, "subtypes", _type(s)),
    "subtype_this": lambda p, c, s: p.update(subtypes=[_type(s)]),
    "subtype_other": lambda p, c, s: p.update(
        subtypes=[kind for kind in ("dispatch", "sidejob", "senior") if kind not in c["subtypes"]]
    ),
    "term": lambda p, c, s: p.update(term_months=12),
    "term_short": lambda p, c, s: p.update(term_months=int(_number(s))),
    "zone_origin_outside": lambda p, c, s: p["origin"].update(zone="outside"),
    "zone_origin_inside": lambda p, c, s: p["origin"].update(zone="inside"),
    "zone_inside": lambda p, c, s: c.update(zone="inside"),
    "zone_outside": lambda p, c, s: c.update(zone="outside"),
    "zone_both": lambda p, c, s: (p["origin"].update(zone="outside"), c.update(zone="inside"))[0],
    "former_member": lambda p, c, s: p.update(
        exception={"kind": "former_member", "months": 24, "months_since_end": 12, "municipality_code": NAHA}
    ),
    "jet": lambda p, c, s: p.update(exception={"kind": "jet", "months": 24, "months_since_end": 12}),
    "start": lambda p, c, s: p.update(available_from=_day(s)),
    "start_late": lambda p, c, s: p.update(available_from=_day(s)),
    "skill": lambda p, c, s: _with(p, "skills", s.split("「")[1].split("」")[0]),
    "skills_all": lambda p, c, s: p.update(
        skills=list(dict.fromkeys([*(c.get("required_skills") or []), *(c.get("preferred_skills") or [])]))
    ),
    "skills_none": lambda p, c, s: p.update(skills=[]),
    "activity": lambda p, c, s: p.update(desired_activities=[c["activities"][0]]),
    "activity_other": lambda p, c, s: p.update(desired_activities=["other"]),
    "trial": lambda p, c, s: _with(p, "links", {"municipality_code": c["municipality_code"], "kind": "trial"}),
    "visit": lambda p, c, s: _with(p, "links", {"municipality_code": c["municipality_code"], "kind": "visited"}),
    "visited": lambda p, c, s: _with(p, "links", {"municipality_code": c["municipality_code"], "kind": "visited"}),
    "no_link": lambda p, c, s: p.update(links=[]),
}


def made_real(given: Records, told: Counterfactual, applicant_id: str, posting_id: str, folder: Path) -> ScoredMarket:
    """The market of a records file in which the change has been made by hand."""
    content: Json = json.loads(given.model_dump_json(exclude_unset=True))
    person = next(one for one in content["applicants"] if one["applicant_id"] == applicant_id)
    call = next(one for one in content["postings"] if one["posting_id"] == posting_id)
    for code in told.change.split("+"):
        ACTS[code](person["selection_profile"], call, told.sentence)
    file = folder / "records.json"
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return read_market(load_records(file), on=ON)


def place_in(ranking: Ranking, applicant_id: str) -> int | None:
    ids = [line.id for line in ranking.candidates]
    return ids.index(applicant_id) + 1 if applicant_id in ids else None


def assert_kept(given: Records, ranking: Ranking, folder: Path) -> int:
    """Every promise of a ranking is what the changed records give; how many there were."""
    lines = [*ranking.candidates, *ranking.excluded]
    for line in lines:
        for told in line.what_if:
            market = made_real(given, told, line.id, ranking.posting_id, folder)
            anew = rank(market, ranking.posting_id, what_if=False)
            i, j = market.applicants.index_of[line.id], market.postings.index_of[ranking.posting_id]
            assert told.rank_before == place_in(ranking, line.id), told
            assert told.rank_after == place_in(anew, line.id), told
            assert told.verdict == market.verdicts.overall(i, j), told
    return sum(len(line.what_if) for line in lines)


_member = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(["unknown", "outside", "inside"]),
        "origin": st.sampled_from([SETAGAYA, KITAMI, "04322"]),
        "licences": st.sampled_from([None, [], [CAR], ["大型免許"]]),
        "languages": st.sampled_from([None, [], [{"code": "en", "cefr": "A2"}]]),
        "term_months": st.sampled_from([None, 6, 24]),
        "skills": st.sampled_from([None, [], ["接客"], ["表計算"]]),
        "occupations": st.sampled_from([None, ["旅館の接客"]]),
        "desired_activities": st.sampled_from([None, ["community"], ["agri_forest_fish"]]),
        "available_from": st.sampled_from([None, "2027-04-01", "2027-10-01"]),
        "links": st.sampled_from([None, [], [{"municipality_code": BIEI, "kind": "event"}]]),
        "motivation_text": st.sampled_from([None, "間伐と木材の利用に関わりたいです。"]),
    }
)
_call = st.fixed_dictionaries(
    {
        "municipality_code": st.sampled_from([BIEI, KITAMI]),
        "zone": st.sampled_from(["unknown", "inside"]),
        "required_licences": st.sampled_from([[], [CAR]]),
        "required_languages": st.sampled_from([[], [{"code": "en", "cefr": "B1"}]]),
        "required_skills": st.sampled_from([None, ["表計算"]]),
        "activities": st.sampled_from([None, ["agri_forest_fish"]]),
        "start_date": st.sampled_from([None, "2027-04-01"]),
        "trial": st.sampled_from(["none", "otameshi"]),
        "monthly_pay_yen": st.just(200_000),
        "mission_text": st.sampled_from(["森林の間伐と作業道の整備を担います。", "宿の運営と接客を担います。"]),
    }
)


def _known(content: Json) -> Json:
    return {key: value for key, value in content.items() if value is not None}


def _person(number: int, drawn: Json) -> Json:
    content = _known(drawn)
    one = applicant(f"a{number}", content.pop("origin"))
    profile = one["selection_profile"] | content
    profile["origin"] = profile["origin"] | {"zone": profile.pop("zone")}
    for key in ("licences", "languages"):
        if drawn[key] is None:
            del profile[key]
    return one | {"selection_profile": profile}


@st.composite
def member_markets(draw: st.DrawFn) -> Records:
    """A few people for one call of 地域おこし協力隊, much of it unknown."""
    people = draw(st.lists(_member, min_size=2, max_size=5))
    call = _known(draw(_call))
    return records(
        applicants=[_person(number, one) for number, one in enumerate(people)],
        postings=[posting("p1", call.pop("municipality_code"), **call), posting("p2", NAHA, activities=["education"])],
    )


@st.composite
def company_markets(draw: st.DrawFn) -> Records:
    """A few employees for one call of 地域活性化起業人."""
    amounts = st.sampled_from([None, 0.0, 2.0, 5.0, 25.0])
    person = st.fixed_dictionaries(
        {
            "subtypes": st.sampled_from([None, ["sidejob"], ["dispatch"], ["senior", "sidejob"]]),
            "days_per_month": amounts,
            "hours_per_month": amounts,
            "onsite_days_per_month": amounts,
            "skills": st.sampled_from([None, ["広報"]]),
        }
    )
    drawn = draw(st.lists(person, min_size=2, max_size=5))
    employer = {"municipality_code": SETAGAYA, "retired": False}
    people = [
        applicant(f"b{k}", employer=employer, **_known(one)) | {"programs": ["kigyojin"]} for k, one in enumerate(drawn)
    ]
    least = {"min_days_per_month": 4.0, "min_hours_per_month": 20.0, "min_onsite_days_per_month": 2.0}
    call = posting("p1", BIEI, program="kigyojin", subtypes=draw(st.sampled_from([["sidejob"], ["senior"]])), **least)
    return records(applicants=people, postings=[call | {"activities": ["information_pr"], "required_skills": ["広報"]}])


@pytest.mark.slow
@given(given_records=member_markets() | company_markets())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_change_made_for_real_gives_exactly_the_promised_place_and_verdict(
    given_records: Records, tmp_path_factory: pytest.TempPathFactory
) -> None:
    market = read_market(given_records, on=ON)

    assert_kept(given_records, rank(market, "p1"), tmp_path_factory.mktemp("changed"))


LEARNED: Json = {
    "licences": [CAR],
    "languages": [{"code": "en", "cefr": "B2"}],
    "term_months": 24,
    "skills": ["測量", "狩猟"],
    "occupations": [],
    "desired_activities": ["community"],
    "available_from": "2027-04-01",
    "links": [],
}
LINKS: list[list[Json]] = [
    [],
    [{"municipality_code": "01100", "kind": "visited"}],
    *([{"municipality_code": code, "kind": "event"}] for code in (BIEI, KITAMI)),
]
MEMBER: Json = {
    "required_licences": [CAR],
    "required_languages": [{"code": "en", "cefr": "B1"}],
    "required_skills": ["測量", "狩猟"],
    "activities": ["community"],
    "start_date": "2027-04-01",
    "monthly_pay_yen": 200_000,
}
PRESENT: Json = {"days_per_month": 6.0, "hours_per_month": 40.0, "onsite_days_per_month": 3.0}
STAFF = LEARNED | PRESENT | {"subtypes": ["sidejob"], "employer": {"municipality_code": SETAGAYA, "retired": False}}
COMPANY: Json = {
    "program": "kigyojin",
    "subtypes": ["sidejob"],
    "activities": ["community"],
    "start_date": "2027-04-01",
    **{f"min_{key}": least for key, least in PRESENT.items()},
}
# change → what the applicant's record has otherwise than a complete one, the origin, and the posting's municipality
OF_MEMBERS: dict[str, tuple[Json, str, str]] = {
    "licence": ({"licences": []}, SETAGAYA, BIEI),
    "licence_held": ({"licences": None}, SETAGAYA, BIEI),
    "licence_none": ({"licences": None}, SETAGAYA, BIEI),
    "language": ({"languages": []}, SETAGAYA, BIEI),
    "language_held": ({"languages": None}, SETAGAYA, BIEI),
    "language_none": ({"languages": None}, SETAGAYA, BIEI),
    "term": ({"term_months": 6}, SETAGAYA, BIEI),
    "term_short": ({"term_months": None}, SETAGAYA, BIEI),
    "zone_origin_outside": ({}, KITAMI, BIEI),
    "zone_origin_inside": ({}, KITAMI, BIEI),
    "zone_inside": ({}, EBETSU, KITAMI),
    "zone_outside": ({}, EBETSU, KITAMI),
    "zone_both": ({}, ASAHIKAWA, KITAMI),
    "former_member": ({}, HASHIMOTO, BIEI),
    "jet": ({}, HASHIMOTO, BIEI),
    "start": ({"available_from": "2028-04-01"}, SETAGAYA, BIEI),
    "start_late": ({"available_from": None}, SETAGAYA, BIEI),
    "skill": ({"skills": ["測量"]}, SETAGAYA, BIEI),
    "skills_all": ({"skills": None}, SETAGAYA, BIEI),
    "skills_none": ({"skills": None, "occupations": None}, SETAGAYA, BIEI),
    "activity": ({"desired_activities": None}, SETAGAYA, BIEI),
    "activity_other": ({"desired_activities": None}, SETAGAYA, BIEI),
    "trial": ({}, SETAGAYA, BIEI),
    "visit": ({}, SETAGAYA, BIEI),
    "visited": ({"links": None}, SETAGAYA, BIEI),
    "no_link": ({"links": None}, SETAGAYA, BIEI),
}
OF_STAFF: dict[str, Json] = {
    "days": {"days_per_month": 2.0},
    "days_enough": {"days_per_month": None},
    "days_short": {"days_per_month": None},
    "hours": {"hours_per_month": 2.0},
    "hours_enough": {"hours_per_month": None},
    "hours_short": {"hours_per_month": None},
    "onsite_days": {"onsite_days_per_month": 2.0},
    "onsite_days_enough": {"onsite_days_per_month": None},
    "onsite_days_short": {"onsite_days_per_month": None},
    "subtype": {"subtypes": ["senior"]},
    "subtype_this": {"subtypes": None},
    "subtype_other": {"subtypes": None},
}


def _one(applicant_id: str, origin: str, zone: str, profile: Json, program: str = "kyoryokutai") -> Json:
    known = {key: value for key, value in profile.items() if value is not None}
    one = applicant(applicant_id, origin, **known) | {"programs": [program]}
    for key in ("licences", "languages"):
        if profile.get(key) is None:
            del one["selection_profile"][key]
    one["selection_profile"]["origin"]["zone"] = zone
    return one


def _rivals(complete: Json, program: str) -> list[Json]:
    """People who differ in the day of their start, their wish and their link with the place: close to each other."""
    days, wishes = ("2027-04-01", "2027-06-01", "2027-12-01", "2029-04-01"), (["community"], ["other"])
    facts = [(day, wish, links) for day in days for wish in wishes for links in LINKS]
    return [
        _one(
            f"r{k:02}",
            SETAGAYA,
            "outside",
            complete | {"available_from": d, "desired_activities": w, "links": x},
            program,
        )
        for k, (d, w, x) in enumerate(facts)
    ]


def _case(code: str) -> Records:
    """A market in which one change can be told of the applicant ``one``."""
    if code in OF_STAFF:
        person = _one("one", SETAGAYA, "outside", STAFF | OF_STAFF[code], "kigyojin")
        return records(applicants=[person, *_rivals(STAFF, "kigyojin")], postings=[posting("p1", BIEI, **COMPANY)])
    profile, origin, destination = OF_MEMBERS[code]
    zone = "outside" if origin in {SETAGAYA, HASHIMOTO} else "unknown"
    call = posting("p1", destination, trial="otameshi" if code == "trial" else "none", **MEMBER)
    return records(
        applicants=[_one("one", origin, zone, LEARNED | profile), *_rivals(LEARNED, "kyoryokutai")], postings=[call]
    )


def test_a_case_stands_for_every_change_of_the_table() -> None:
    assert {*OF_MEMBERS, *OF_STAFF} == set(change_table().change) == set(ACTS)


@pytest.mark.parametrize("code", sorted({*OF_MEMBERS, *OF_STAFF}))
def test_each_change_is_told_where_it_applies_and_is_kept(code: str, tmp_path: Path) -> None:
    given_records = _case(code)
    market = read_market(given_records, on=ON)
    told = what_if(market, "one")

    assert code in codes(told)
    for one in told:
        anew = made_real(given_records, one, "one", "p1", tmp_path)
        assert one.rank_after == place_in(rank(anew, "p1", what_if=False), "one"), one
        assert one.verdict == anew.verdicts.overall(anew.applicants.index_of["one"], 0), one


def test_the_licence_somebody_lacks_is_named_with_the_place_it_would_bring() -> None:
    people = [_one(an_id, SETAGAYA, "outside", LEARNED | {"licences": held}) for an_id, held in LICENSED.items()]
    market = market_of(people, posting("p1", BIEI, **MEMBER | {"required_licences": [CAR, BOAT]}))

    assert [one.sentence for one in what_if(market, "lacks-one")] == [
        f"{BOAT}があれば、対象になり、読む順は2番目です（いまは対象外）。"
    ]
    assert [one.sentence for one in what_if(market, "lacks-two")] == [
        f"{CAR}・{BOAT}があれば、対象になり、読む順は2番目です（いまは対象外）。"
    ]


LICENSED = {"complete": [CAR, BOAT], "lacks-one": [CAR], "lacks-two": []}


def test_several_missing_must_haves_are_named_together() -> None:
    lacking = {"licences": [], "languages": [{"code": "en", "cefr": "A1"}]}
    market = market_of([_one("one", SETAGAYA, "outside", LEARNED | lacking)], posting("p1", BIEI, **MEMBER))
    (told,) = what_if(market, "one")

    assert told.sentence == (
        f"{CAR}と英語 B1以上の語学力の両方があれば、対象になり、読む順は1番目です（いまは対象外）。"
    )
    assert (told.change, told.rule_id, told.rank_before, told.rank_after) == (
        *("licence+language", "must-licence"),
        *(None, 1),
    )


def test_an_earlier_start_is_told_by_its_day() -> None:
    late = LEARNED | {"available_from": "2027-10-01"}
    people = [_one("a", SETAGAYA, "outside", LEARNED | {"available_from": "2027-07-01"})]
    market = market_of([*people, _one("one", SETAGAYA, "outside", late)], posting("p1", BIEI, **MEMBER))
    first = next(one for one in what_if(market, "one") if one.change == "start")

    assert first.sentence == "着任できる日が2027年4月1日なら、読む順は2番目から1番目になります。"
    assert (first.rule_id, first.term, first.verdict) == (None, "availability", "covered")


def test_a_district_of_the_posting_moves_the_others_too(tmp_path: Path) -> None:
    same = LEARNED | {"desired_activities": ["community"]}
    people = [_one(an_id, EBETSU, "unknown", same) for an_id in ("a", "b")]
    given_records = records(
        applicants=[*people, _one("one", SETAGAYA, "outside", same)], postings=[posting("p1", KITAMI, **MEMBER)]
    )
    ranking = rank(read_market(given_records, on=ON), "p1")

    assert_kept(given_records, ranking, tmp_path)
    assert [line.id for line in ranking.candidates] == ["a", "b", "one"]
    assert codes(ranking.candidates[0].what_if)[:2] == ["zone_outside", "zone_inside"]


def test_who_stays_when_a_district_turns_out_passes_those_who_leave(tmp_path: Path) -> None:
    served = {"kind": "former_member", "months": 24, "months_since_end": 12, "municipality_code": NAHA}
    people = [_one(an_id, EBETSU, "unknown", LEARNED) for an_id in ("a", "b")]
    member = _one("one", HASHIMOTO, "outside", LEARNED | {"exception": served})
    given_records = records(applicants=[*people, member], postings=[posting("p1", CHICHIBU, **MEMBER)])
    told = {one.change: one for one in what_if(read_market(given_records, on=ON), "one")}

    assert (told["zone_outside"].verdict, told["zone_outside"].rank_before) == ("needs_review", 3)
    assert told["zone_outside"].rank_after == 1
    assert_kept(given_records, rank(read_market(given_records, on=ON), "p1"), tmp_path)


def test_a_licence_that_is_left_open_is_named(tmp_path: Path) -> None:
    call = posting("p1", BIEI, **MEMBER | {"required_licences": ["普通自動車免許（MT）"]})
    given_records = records(applicants=[_one("one", SETAGAYA, "outside", LEARNED)], postings=[call])
    (told,) = what_if(read_market(given_records, on=ON), "one")

    assert told.sentence.startswith(
        "普通自動車免許（MT）を持っていると分かれば、判定は「特別交付税措置の対象になる見込み」に"
    )
    assert_kept(given_records, rank(read_market(given_records, on=ON), "p1"), tmp_path)


def test_a_stay_is_offered_where_the_appointment_has_one_and_not_where_the_call_is_itself_one() -> None:
    people = [_one("one", SETAGAYA, "outside", LEARNED), *_rivals(LEARNED, "kyoryokutai")]
    tryout = {key: value for key, value in MEMBER.items() if key != "monthly_pay_yen"} | {"trial": "otameshi"}
    told = {
        name: codes(what_if(market_of(people, posting("p1", BIEI, **call)), "one"))
        for name, call in {"with": MEMBER | {"trial": "otameshi"}, "without": MEMBER, "itself": tryout}.items()
    }

    assert ["trial" in told[name] for name in ("with", "without", "itself")] == [True, False, False]
    assert all("visit" in changes for changes in told.values())


def test_a_place_already_known_to_be_closed_offers_no_move_of_the_record() -> None:
    market = market_of([_one("one", HASHIMOTO, "outside", LEARNED)], posting("p1", BIEI, **MEMBER))
    sentences = [one.sentence for one in what_if(market, "one")]

    assert codes(what_if(market, "one")) == ["former_member", "jet"]
    assert not any("住民票" in sentence or "移" in sentence for sentence in sentences)


def test_nothing_is_offered_to_who_wishes_another_programme_or_is_registered_there_already() -> None:
    other = _one("other", SETAGAYA, "outside", LEARNED, "kigyojin")
    there = _one("there", BIEI, "inside", LEARNED)
    market = market_of([other, there], posting("p1", BIEI, **MEMBER))

    assert what_if(market, "other") == what_if(market, "there") == ()


def test_at_most_four_are_told_the_largest_effect_first() -> None:
    silent = dict.fromkeys(LEARNED)
    market = market_of(
        [_one("one", SETAGAYA, "outside", silent), *_rivals(LEARNED, "kyoryokutai")], posting("p1", BIEI, **MEMBER)
    )
    ranking = rank(market, "p1")

    for line in ranking.candidates:
        sizes = [_size(line.verdicts[0].verdict, one) for one in line.what_if]
        assert sizes == sorted(sizes, reverse=True)
        assert len(line.what_if) <= 4
    assert len(next(line for line in ranking.candidates if line.id == "one").what_if) == 4


def _size(verdict: str, told: Counterfactual) -> tuple[int, int]:
    if told.rank_after is None or told.rank_before is None:
        return 2, 0
    return int(told.verdict != verdict), abs(told.rank_after - told.rank_before)


def test_one_pair_asked_alone_is_told_what_the_ranking_tells() -> None:
    market = read_market(_case("licence_none"), on=ON)
    ranking = rank(market, "p1")

    for line in [*ranking.candidates, *ranking.excluded]:
        assert what_if(market, line.id) == line.what_if


def test_private_wishes_change_nothing_that_is_told() -> None:
    given_records = _case("trial")
    content = given_records.model_dump(mode="json", exclude_unset=True)
    for person in content["applicants"]:
        person["private_preferences"] = {"snow_ok": False, "regions_refused": ["北海道"], "place_weight": 1.0}
    plain, wishful = (rank(read_market(given, on=ON), "p1") for given in (given_records, records(**content)))

    assert any(line.what_if for line in plain.candidates)
    assert [line.what_if for line in plain.candidates] == [line.what_if for line in wishful.candidates]


def test_a_ranking_without_what_if_is_the_same_ranking() -> None:
    market = read_market(_case("licence"), on=ON)
    told, untold = rank(market, "p1"), rank(market, "p1", what_if=False)

    assert any(line.what_if for line in told.excluded)
    assert not any(line.what_if for line in [*untold.candidates, *untold.excluded])
    assert [line.id for line in told.candidates] == [line.id for line in untold.candidates]


def test_what_is_not_asked_about_this_posting_is_refused() -> None:
    wishes = [{"application_id": "x1", "applicant_id": "a", "posting_id": "p1"}]
    people = [_one(an_id, SETAGAYA, "outside", LEARNED) for an_id in ("a", "b")]
    places = [posting("p1", BIEI, **MEMBER), posting("p2", KITAMI, **MEMBER)]
    market = read_market(records(applicants=people, postings=places, applications=wishes), on=ON)
    standings = standings_of(market, "p1")

    with pytest.raises(RecordError, match="the standings are of posting p1, not p2"):
        counterfactuals(market, "a", "p2", standings=standings)
    with pytest.raises(RecordError, match="applicant b is not read for posting p1"):
        counterfactuals(market, "b", "p1", standings=standings)
    with pytest.raises(RecordError, match="applicant z is not among the 2 applicants given"):
        counterfactuals(market, "z", "p1", standings=standings)
    with pytest.raises(RecordError, match="posting p9 is not among the 2 postings given"):
        standings_of(market, "p9")
