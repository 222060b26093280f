"""The sample market: shares as calibrated, real places, texts that word overlap alone cannot match, the same bytes."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import numpy as np
import polars as pl
import pytest
from sudachipy import Dictionary, SplitMode

from features.errors import SyntheticError
from features.municipalities import find
from features.records import Applicant, Posting, Records
from features.synthetic import SampleTruth, parameters, sample_date, sample_market, sample_truth
from features.synthetic.parameters import Normal, names_of, normal, number, shares
from features.synthetic.texts import company_topics, member_topics
from features.taxonomy.vocabulary import ACTIVITY_JA, FIELD_JA

SMALL = {"n_applicants": 60, "n_postings": 25, "n_kigyojin_postings": 6, "n_company_people": 12}
# nouns without content of their own: こと, もの, ため and the like in Sudachi's normalised form
FORMAL = frozenset("事物為時所方内中上前後間際者様訳筈儘点等他外度") | {"こと", "もの", "うち", "通り", "一つ"}


@lru_cache(maxsize=1)
def market() -> Records:
    return sample_market()


@lru_cache(maxsize=1)
def truth() -> SampleTruth:
    return sample_truth()


def members(records: Records) -> list[Applicant]:
    return [applicant for applicant in records.applicants if "kyoryokutai" in applicant.programs]


def calls(records: Records) -> list[Posting]:
    return [posting for posting in records.postings if posting.program == "kyoryokutai"]


def long_calls(records: Records) -> list[Posting]:
    return [posting for posting in calls(records) if posting.trial == "none"]


def share_of(values: Iterable[object]) -> dict[str, float]:
    counts = Counter(str(value) for value in values if value is not None)
    return {label: count / counts.total() for label, count in counts.items()}


def digest(records: Records) -> str:
    return hashlib.sha256(records.model_dump_json().encode()).hexdigest()


def test_sizes_are_those_of_the_season() -> None:
    records = market()
    member_ids = {applicant.applicant_id for applicant in members(records)}
    handed_in = [application for application in records.applications if application.applicant_id in member_ids]

    assert (len(members(records)), len(calls(records))) == (1600, 450)
    assert (len(records.applicants), len(records.postings)) == (1720, 510)
    assert sum(posting.headcount for posting in calls(records)) == pytest.approx(720, abs=20)
    assert len({application.applicant_id for application in handed_in}) == 650
    assert len(handed_in) == pytest.approx(1100, abs=30)
    assert len(records.households) == 4
    assert 30 <= len(records.companies) <= 70


def test_a_market_of_another_size_has_that_size_and_its_shares() -> None:
    records = sample_market(n_applicants=3000, n_postings=700)

    assert (len(members(records)), len(calls(records))) == (3000, 700)
    assert len({a.applicant_id for a in records.applications if a.applicant_id.startswith("a")}) == 1219


@pytest.mark.parametrize(
    ("parameter", "read"),
    [
        ("contract_type", lambda p: p.contract_type),
        ("housing", lambda p: p.housing),
        ("vehicle", lambda p: p.vehicle),
        ("activity_mix", lambda p: p.activities[0]),
        ("subtype", lambda p: p.subtypes[0]),
        ("term_months", lambda p: p.term_months),
        ("start_date", lambda p: p.start_date),
        ("contact_frequency", lambda p: p.host.contact_frequency),
        ("seats", lambda p: p.headcount),
    ],
)
def test_shares_of_postings_are_the_parameters(parameter: str, read: Callable[[Posting], object]) -> None:
    found = share_of(read(posting) for posting in long_calls(market()))

    for label, share in shares(parameter).items():
        assert found.get(label, 0.0) == pytest.approx(share, abs=0.025), label


def test_side_job_is_allowed_permitted_and_forbidden_as_reported() -> None:
    found = share_of(posting.side_job for posting in long_calls(market()))

    assert found["yes"] == pytest.approx(0.55, abs=0.03)
    assert found["permission"] == pytest.approx(0.35, abs=0.03)
    assert found["no"] == pytest.approx(0.10, abs=0.03)


def test_nine_calls_in_ten_ask_for_a_driving_licence_and_few_for_a_manual_one() -> None:
    required = [" ".join(posting.required_licences or ()) for posting in calls(market())]

    assert np.mean(["普通自動車免許" in text for text in required]) == pytest.approx(0.90, abs=0.005)
    assert np.mean(["普通自動車免許（MT）" in text for text in required]) == pytest.approx(0.08, abs=0.005)


@pytest.mark.parametrize(
    ("contracts", "name"), [({"kaikei_nendo"}, "pay_direct_yen"), ({"itaku_kojin", "itaku_hojin"}, "pay_contract_yen")]
)
def test_pay_follows_the_contract(contracts: set[str], name: str) -> None:
    spec: Normal = normal(name)
    pay = [p.monthly_pay_yen for p in calls(market()) if p.contract_type in contracts and p.monthly_pay_yen is not None]

    assert len(pay) > 100
    assert np.mean(pay) == pytest.approx(spec.mean, abs=3 * spec.sd / len(pay) ** 0.5)
    assert np.std(pay) == pytest.approx(spec.sd, rel=0.2)
    assert spec.low <= min(pay)
    assert max(pay) <= spec.high


def test_conditions_fit_together() -> None:
    for posting in market().postings:
        assert posting.housing_subsidy_max_yen is None or posting.housing == "subsidy"
        assert posting.deadline is None or posting.deadline >= sample_date()
        assert posting.deadline is None or posting.deadline.weekday() < 5
        if posting.start_date and posting.deadline:
            assert posting.deadline < posting.start_date
        if posting.contract_type in {"itaku_kojin", "itaku_hojin"}:
            assert not posting.bonus
        if posting.trial != "none":
            assert posting.term_months is None or posting.term_months <= 3


def test_prefectures_stand_in_the_order_of_their_members() -> None:
    expected = shares("members_per_prefecture")
    found = Counter(posting.municipality_code[:2] for posting in calls(market()))

    assert [code for code, _ in found.most_common(3)] == ["01", "20", "07"]
    for code, members_there in expected.items():
        assert found[code] == pytest.approx(450 * members_there / sum(expected.values()), abs=1)


def test_some_municipalities_recruit_several_times() -> None:
    per_body = Counter(posting.municipality_code for posting in calls(market()))

    assert max(per_body.values()) >= 3
    assert len(per_body) > 250


def test_only_receiving_municipalities_recruit() -> None:
    for posting in market().postings:
        place = find(posting.municipality_code)
        assert place.code == posting.municipality_code
        assert place.category is not None
        assert 3 <= place.category <= 10


def test_no_call_for_sea_fishing_without_a_sea() -> None:
    landlocked = {"09", "10", "11", "19", "20", "21", "25", "29"} | set(names_of("inland_fish_farms"))
    fishing = [
        posting.municipality_code
        for posting, topic in zip(market().postings, truth().posting_topic, strict=True)
        if topic == "fishery"
    ]

    assert fishing
    assert not [code for code in fishing if code[:2] in landlocked or code in landlocked]


def test_no_call_for_rice_or_fruit_where_summers_are_too_cold() -> None:
    crops = [
        find(posting.municipality_code).facts
        for posting, topic in zip(market().postings, truth().posting_topic, strict=True)
        if topic in {"field_crops", "orchard"}
    ]

    assert crops
    assert min(float(place["temp_aug_c"] or 0) for place in crops) >= 20.5


def test_a_try_out_call_is_short_and_promises_no_years() -> None:
    trials = [posting for posting in calls(market()) if posting.trial != "none"]

    assert len(trials) == 18
    for posting in trials:
        assert "初年度" not in (posting.mission_text or "")
        assert "住民票を移さずに" in (posting.mission_text or "")
        assert posting.contract_type is None


def test_origins_are_mostly_metropolitan_and_some_zones_are_unknown() -> None:
    people = members(market())
    exceptions = [person for person in people if person.selection_profile.exception is not None]
    origins = [p.selection_profile.origin for p in people if p.selection_profile.exception is None]
    places = [find(origin.municipality_code) for origin in origins if origin is not None]
    category = Counter(place.category for place in places)

    assert len(exceptions) / 1600 == pytest.approx(0.03, abs=0.001)
    assert {e.selection_profile.exception.kind for e in exceptions if e.selection_profile.exception} == {
        "former_member",
        "overseas",
        "jet",
    }
    assert (category[1] + category[2]) / 1600 == pytest.approx(0.66, abs=0.01)
    assert (category[3] + category[4] + category[10]) / 1600 == pytest.approx(0.24, abs=0.01)
    assert (category[6] + category[7] + category[9]) / 1600 == pytest.approx(0.07, abs=0.01)
    assert any(origin is not None and origin.zone == "unknown" for origin in origins)
    assert all(
        (person.selection_profile.origin is None)
        == (person.selection_profile.exception is not None and person.selection_profile.exception.kind == "overseas")
        for person in people
    )


def test_demand_is_uneven() -> None:
    received = Counter(application.posting_id for application in market().applications)
    demand = np.array([received[posting.posting_id] for posting in calls(market())])
    island = np.array([find(p.municipality_code).facts["land"] == "island" for p in calls(market())])

    assert np.mean(demand == 0) == pytest.approx(0.28, abs=0.01)
    assert demand[demand > 0].mean() == pytest.approx(3.4, abs=0.15)
    assert demand.max() >= 12
    assert demand[island].mean() > 1.6 * demand[~island].mean()


def test_most_people_apply_once() -> None:
    handed_in = Counter(a.applicant_id for a in market().applications if a.applicant_id.startswith("a"))
    found = share_of(handed_in.values())

    for count, share in shares("applications_per_applicant").items():
        assert found[count] == pytest.approx(share, abs=0.01)


def test_people_apply_near_and_for_what_they_want() -> None:
    topic_of = dict(zip(truth().applicant_ids, truth().applicant_activity, strict=True))
    offer_of = dict(zip(truth().posting_ids, truth().posting_activity, strict=True))
    same = [topic_of[a.applicant_id] == offer_of[a.posting_id] for a in market().applications]
    by_chance = sum(share**2 for share in shares("activity_mix").values())

    assert np.mean(same) > 4 * by_chance


def test_three_in_five_choose_by_place() -> None:
    weights = [
        p.private_preferences.place_weight for p in members(market()) if p.private_preferences.place_weight is not None
    ]

    assert np.mean(np.array(weights) > 0.5) == pytest.approx(0.599, abs=0.02)


def test_company_calls_and_people_have_their_shares() -> None:
    records = market()
    postings = [posting for posting in records.postings if posting.program == "kigyojin"]
    people = [applicant for applicant in records.applicants if "kigyojin" in applicant.programs]
    employers = [person.selection_profile.employer for person in people]
    fields = share_of(posting.fields[0] for posting in postings if posting.fields)
    received = Counter(application.posting_id for application in records.applications)
    side_jobs = [received[posting.posting_id] for posting in postings if posting.subtypes == ("sidejob",)]
    short = [e for e in employers if e is not None and (e.tenure_months or 0) < 24]

    assert (len(postings), len(people)) == (60, 120)
    for field, share in shares("kigyojin_field").items():
        assert fields.get(field, 0.0) == pytest.approx(share, abs=0.02)
    assert len(short) == 12
    assert np.mean(side_jobs) > 8
    assert {person for company in records.companies for person in company.people or ()} == {
        person.applicant_id for person in people if person.selection_profile.subtypes == ("dispatch",)
    }


def test_every_topic_has_its_variants_and_every_activity_six() -> None:
    for slot in ("issue", "task", "title", "aim", "near", "far", "near_plan", "far_plan", "jobs"):
        count = Counter(dict.fromkeys(ACTIVITY_JA, 0))
        for topic in member_topics():
            assert topic.activity is not None
            count[topic.activity] += len(set(getattr(topic, slot)))
        assert min(count.values()) >= 6, slot
    assert {topic.field for topic in company_topics()} == set(FIELD_JA)


def test_a_quarter_of_the_good_pairs_share_no_content_noun() -> None:
    """A good pair: the applicant looks for the mission that the posting offers."""
    nouns = _noun_reader()
    records = market()
    written = [nouns(_application_text(applicant)) for applicant in records.applicants]
    called = [nouns(posting.mission_text or "") for posting in records.postings]
    rows, columns = np.nonzero(np.array(truth().applicant_topic)[:, None] == np.array(truth().posting_topic)[None, :])
    apart = [not written[row] & called[column] for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]

    assert len(apart) > 20_000
    assert np.mean(apart) == pytest.approx(0.25, abs=0.05)


def test_calls_have_three_to_six_sentences_and_read_differently() -> None:
    texts = [posting.mission_text or "" for posting in market().postings]

    assert {text.count("。") for text in texts} <= {3, 4, 5, 6}
    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if "{" in text or "}" in text]


def test_applicants_write_politely_to_the_end() -> None:
    polite = re.compile(r"(ます|です|ました|ません|でした|はじめまして)。$")
    for applicant in market().applicants:
        for text in (applicant.selection_profile.motivation_text, applicant.selection_profile.plan_text):
            for sentence in re.findall(r"[^。]*。", text or ""):
                assert polite.search(sentence), applicant.applicant_id


def test_texts_tell_nothing_that_must_not_be_collected() -> None:
    refused = re.compile(
        r"[0-9０-９]+歳|[二三四五六]十代|性別|男性|女性|妻|(?<![工丈])夫|(?<![師叔])父|(?<![保酵])母|祖父|祖母|出身地|国籍|病歴|信仰|支持政党"
    )
    for applicant in market().applicants:
        assert not refused.search(_application_text(applicant)), applicant.applicant_id


def test_facts_are_left_out_at_the_stated_rates() -> None:
    postings, people = long_calls(market()), members(market())
    told = shares("unknown_posting"), shares("unknown_applicant")

    assert np.mean([p.monthly_pay_yen is None for p in postings]) == pytest.approx(told[0]["monthly_pay_yen"], abs=0.01)
    assert np.mean([p.side_job is None for p in postings]) == pytest.approx(told[0]["side_job"], abs=0.01)
    assert np.mean([p.selection_profile.languages is None for p in people]) == pytest.approx(
        told[1]["languages"], abs=0.01
    )
    assert any(p.selection_profile.licences == () for p in people)
    assert any(p.required_skills == () for p in postings)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    first = digest(sample_market(seed=7, **SMALL))

    assert digest(sample_market(seed=7, **SMALL)) == first
    assert digest(sample_market(seed=8, **SMALL)) != first


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "import hashlib; from features.synthetic import sample_market; "
        f"print(hashlib.sha256(sample_market(seed=7, **{SMALL}).model_dump_json().encode()).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert printed == {digest(sample_market(seed=7, **SMALL))}


def test_more_people_meet_the_same_calls() -> None:
    few, many = sample_market(seed=7, **SMALL), sample_market(seed=7, **{**SMALL, "n_applicants": 90})

    assert few.postings == many.postings


@pytest.mark.parametrize("sizes", [(0, 0, 0, 0), (5, 0, 0, 0), (0, 3, 1, 0), (1, 1, 1, 1)])
def test_tiny_markets_work(sizes: tuple[int, int, int, int]) -> None:
    names = ("n_applicants", "n_postings", "n_kigyojin_postings", "n_company_people")
    records = sample_market(**dict(zip(names, sizes, strict=True)))

    assert len(records.applicants) == sizes[0] + sizes[3]
    assert len(records.postings) == sizes[1] + sizes[2]


@pytest.mark.parametrize("name", ["n_applicants", "n_postings", "n_kigyojin_postings", "n_company_people", "seed"])
def test_a_negative_size_is_refused(name: str) -> None:
    with pytest.raises(SyntheticError, match=f"^{name} is -1, expected >= 0$"):
        sample_market(**{**SMALL, name: -1})


def test_references_resolve_and_nobody_applies_twice_to_one_call() -> None:
    records = market()
    people = {applicant.applicant_id for applicant in records.applicants}
    postings = {posting.posting_id for posting in records.postings}
    pairs = [(application.applicant_id, application.posting_id) for application in records.applications]

    assert len(set(pairs)) == len(pairs)
    assert {applicant for applicant, _ in pairs} <= people
    assert {posting for _, posting in pairs} <= postings
    for household in records.households:
        assert set(household.members) <= people
        assert {wish for row in household.joint_preferences for wish in row if wish} <= postings
        assert not set(household.members) & {applicant for applicant, _ in pairs}


def test_wish_ranks_count_from_one() -> None:
    ranks: dict[str, list[int]] = {}
    for application in market().applications:
        if application.wish_rank is not None:
            ranks.setdefault(application.applicant_id, []).append(application.wish_rank)

    assert all(sorted(told) == list(range(1, len(told) + 1)) for told in ranks.values())


def test_a_pair_that_shares_the_mission_works_out_more_often() -> None:
    rows, columns = range(300), range(450)
    quality = truth().quality(rows, columns)
    good = np.array(truth().applicant_topic)[:300, None] == np.array(truth().posting_topic)[None, :450]

    assert quality.shape == (300, 450)
    assert quality.min() > 0
    assert quality.max() < 1
    assert quality[good].mean() > quality[~good].mean() + 0.25


def test_every_parameter_has_an_evidence_flag_and_a_source() -> None:
    table = parameters()

    assert set(table["evidence"].unique()) <= {"V", "K", "A"}
    assert all(len(source) > 10 for source in table["source"].to_list())
    assert table.filter(pl.col("name") == "chooses_place")["evidence"].to_list() == ["V"]
    assert table["name"].is_unique().all()


@pytest.mark.parametrize(
    "name",
    ["seats", "contract_type", "housing", "vehicle", "activity_mix", "origin", "kigyojin_field", "driving_licence"],
)
def test_shares_sum_to_one(name: str) -> None:
    table: Mapping[str, float] = shares(name)

    assert sum(table.values()) == pytest.approx(1.0)


def test_a_parameter_of_another_shape_is_refused_by_name() -> None:
    with pytest.raises(SyntheticError, match="parameter seats of the sample market is not a number"):
        number("seats")
    with pytest.raises(SyntheticError, match=r"no parameter seat$"):
        shares("seat")


def _application_text(applicant: Applicant) -> str:
    profile = applicant.selection_profile
    return f"{profile.motivation_text or ''}{profile.plan_text or ''}"


def _noun_reader() -> Callable[[str], frozenset[str]]:
    """Content nouns in Sudachi's short units: common and proper nouns without numbers, counters and formal nouns."""
    tokenizer = Dictionary().tokenizer(mode=SplitMode.A)

    def nouns(text: str) -> frozenset[str]:
        found = set()
        for unit in tokenizer.tokenize(text):
            kind = unit.part_of_speech()
            if kind[0] == "名詞" and kind[1] in {"普通名詞", "固有名詞"} and kind[2] != "助数詞可能":
                found.add(unit.normalized_form())
        return frozenset(found - FORMAL)

    return nouns
