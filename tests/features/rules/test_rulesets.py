"""Rule files: dated, verified, compared, and added without a release."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from features.errors import RulesetError
from features.records import Applicant, Posting
from features.rules import (
    LIMIT_LABELS,
    add_ruleset,
    diff_rulesets,
    eligibility,
    list_rulesets,
    load_ruleset,
    rules_directory,
    rulesets_on,
    shipped_rulesets,
    show_ruleset,
    stored_rulesets,
)
from features.rules.forms import FORMS
from features.rules.ruleset import Ruleset
from features.rules.view import View
from features.tables.applicants import applicant_table
from features.tables.postings import posting_table

FY2026 = Path(str(files("features").joinpath("rulesets/kyoryokutai/fy2026.toml")))
MUST_HAVE = Path(str(files("features").joinpath("rulesets/must_have/v1.toml")))
KIGYOJIN = Path(str(files("features").joinpath("rulesets/kigyojin/fy2026.toml")))
SETAGAYA_TO_SHIMOKAWA = (
    Applicant.model_validate(
        {
            "applicant_id": "a",
            "programs": ["kyoryokutai"],
            "selection_profile": {"origin": {"municipality_code": "13112"}},
        }
    ),
    Posting(posting_id="p", program="kyoryokutai", municipality_code="01468", headcount=1),
)


def written(path: Path, *changes: tuple[str, str], source: Path = FY2026) -> Path:
    text = source.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return path


def known() -> dict[str, Ruleset]:
    return {ruleset.id: ruleset for ruleset in shipped_rulesets()}


# the shipped files


def test_there_is_one_file_a_programme_and_fiscal_year() -> None:
    years = {f"{program}/fy{year}" for program in ("kyoryokutai", "kigyojin") for year in (2024, 2025, 2026)}

    assert set(known()) == years | {"must_have/v1"}
    for an_id in years:
        year = int(an_id[-4:])
        assert (known()[an_id].valid_from, known()[an_id].valid_to) == (date(year, 4, 1), date(year + 1, 3, 31))


def test_every_rule_has_source_unit_and_confidence_and_every_form_is_used() -> None:
    rules = [rule for ruleset in shipped_rulesets() for rule in ruleset.rule]

    assert {rule.form for rule in rules} == set(FORMS)
    for rule in rules:
        assert str(rule.source).endswith("）")
        assert rule.unit
        assert rule.label


@pytest.mark.parametrize("ruleset", shipped_rulesets(), ids=lambda ruleset: ruleset.id)
def test_a_source_tells_its_day_as_people_write_it(ruleset: Ruleset) -> None:
    sources = [str(one.source) for one in (*ruleset.rule, *ruleset.amount)]

    assert [source for source in sources if re.search(r"\d{4}-\d\d", source)] == []


@pytest.mark.parametrize("ruleset", shipped_rulesets(), ids=lambda ruleset: ruleset.id)
def test_an_unconfirmed_value_is_never_a_guess(ruleset: Ruleset) -> None:
    for rule in ruleset.rule:
        if rule.form == "unconfirmed":
            assert rule.unconfirmed
            assert {outcome.verdict for outcome in rule.outcomes.values()} == {"needs_review"}
    for amount in ruleset.amount:
        assert amount.confidence != "U" or not amount.values, amount.id
        assert set(amount.limits()) <= set(LIMIT_LABELS)


@pytest.mark.parametrize("ruleset", shipped_rulesets(), ids=lambda ruleset: ruleset.id)
def test_a_programmes_sentence_forbids_nobody(ruleset: Ruleset) -> None:
    for rule in ruleset.rule:
        for outcome in rule.outcomes.values():
            assert outcome.sentence.endswith("。")
            assert not any(word in outcome.sentence for word in ("禁止", "応募できません", "不合格", "任用できません"))


def test_every_file_covers_each_day_exactly_once() -> None:
    for program in ("kyoryokutai", "kigyojin"):
        spans = sorted((r.valid_from, r.valid_to) for r in shipped_rulesets() if r.program == program)
        for (_, last), (first, _) in pairwise(spans):
            assert last is not None
            assert (first - last).days == 1


def test_the_region_table_is_part_of_the_digest() -> None:
    ruleset = known()["kyoryokutai/fy2026"]
    assert ruleset.regions is not None

    assert ruleset.digest != ruleset.text_digest
    assert len(ruleset.digest) == 64
    assert len({r.digest for r in shipped_rulesets()}) == 7


def test_the_forms_and_their_states_are_explained_beside_the_files() -> None:
    readme = files("features").joinpath("rulesets/README.md").read_text(encoding="utf-8")

    for name, form in FORMS.items():
        assert f"`{name}`" in readme, name
        for word in (*form.states, *form.parameters, *form.options):
            assert f"`{word}`" in readme, f"{name}: {word}"


# which file speaks


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 4, 1), "kyoryokutai/fy2024"),
        (date(2025, 3, 31), "kyoryokutai/fy2024"),
        (date(2025, 4, 1), "kyoryokutai/fy2025"),
        (date(2027, 3, 31), "kyoryokutai/fy2026"),
    ],
)
def test_the_file_of_the_fiscal_year_speaks(on: date, expected: str) -> None:
    assert rulesets_on(on, shipped_rulesets())["kyoryokutai"].id == expected


def test_a_day_outside_all_files_is_refused_with_the_known_span() -> None:
    with pytest.raises(RulesetError) as caught:
        rulesets_on(date(2030, 1, 1), shipped_rulesets())

    assert str(caught.value) == "no kyoryokutai rule file covers 2030-01-01, known span 2024-04-01 to 2027-03-31"
    with pytest.raises(RulesetError, match=r"^no kyoryokutai rule file covers 2026-04-01, known span empty$"):
        rulesets_on(date(2026, 4, 1), [known()["must_have/v1"]])


# adding


def test_a_new_fiscal_year_speaks_as_soon_as_it_is_added(tmp_path: Path) -> None:
    new = written(
        tmp_path / "new.toml",
        ('id = "kyoryokutai/fy2026"', 'id = "kyoryokutai/fy2027"'),
        ("valid_from = 2026-04-01", "valid_from = 2027-04-01"),
        ("valid_to = 2027-03-31", "valid_to = 2028-03-31"),
    )
    other = written(
        tmp_path / "other.toml",
        ('id = "kigyojin/fy2026"', 'id = "kigyojin/fy2027"'),
        ("valid_from = 2026-04-01", "valid_from = 2027-04-01"),
        ("valid_to = 2027-03-31", "valid_to = 2028-03-31"),
        source=KIGYOJIN,
    )

    assert add_ruleset(new, tmp_path / "rules") == "kyoryokutai/fy2027"
    assert add_ruleset(other, tmp_path / "rules") == "kigyojin/fy2027"
    rulesets = stored_rulesets([tmp_path / "rules"])
    assert eligibility(*SETAGAYA_TO_SHIMOKAWA, on=date(2027, 6, 1), rulesets=rulesets).verdict == "covered"
    assert {row["id"]: row["origin"] for row in list_rulesets([tmp_path / "rules"])}["kyoryokutai/fy2027"] == "added"


def test_a_new_ministry_table_decides_from_its_own_day(tmp_path: Path) -> None:
    matrix = files("features").joinpath("reference/region_matrix.csv").read_text(encoding="utf-8")
    (tmp_path / "matrix_2026.csv").write_text(matrix.replace("8,○,○", "8,×,○"), encoding="utf-8")
    revision = written(
        tmp_path / "rev.toml",
        ('id = "kyoryokutai/fy2026"', 'id = "kyoryokutai/fy2026-rev1"'),
        ("valid_from = 2026-04-01", "valid_from = 2026-12-01"),
        ('matrix = "region_matrix.csv"', 'matrix = "matrix_2026.csv"'),
        ("as_of = 2022-04-01", "as_of = 2026-12-01"),
    )
    add_ruleset(revision, tmp_path / "rules")
    rulesets = stored_rulesets([tmp_path / "rules"])

    before = eligibility(*SETAGAYA_TO_SHIMOKAWA, on=date(2026, 11, 30), rulesets=rulesets)
    after = eligibility(*SETAGAYA_TO_SHIMOKAWA, on=date(2026, 12, 1), rulesets=rulesets)

    assert (before.verdict, before.as_of) == ("covered", date(2022, 4, 1))
    assert (after.verdict, after.as_of) == ("not_covered", date(2026, 12, 1))
    changes = diff_rulesets("kyoryokutai/fy2026", "kyoryokutai/fy2026-rev1", [tmp_path / "rules"])["changes"]
    assert isinstance(changes, list)
    cells = [(c["place"], c["before"], c["after"]) for c in changes if c["field"] == "matrix"]
    assert cells == [("matrix 8 <- 1", "nothing", "impossible")]


def test_new_categories_of_municipalities_can_be_added(tmp_path: Path) -> None:
    codes = known()["kyoryokutai/fy2026"].regions
    assert codes is not None
    rows = [f"{code},{1 if code == '01468' else category}" for code, category in codes.category_of.items()]
    (tmp_path / "areas.csv").write_text("code,category\n" + "\n".join(rows) + "\n", encoding="utf-8")
    added = written(tmp_path / "fy2026.toml", ('categories = "municipalities.csv"', 'categories = "areas.csv"'))
    add_ruleset(added, tmp_path / "rules")

    rulesets = stored_rulesets([tmp_path / "rules"])
    assert eligibility(*SETAGAYA_TO_SHIMOKAWA, on=date(2026, 6, 1), rulesets=rulesets).verdict == "not_covered"
    assert next(r.origin for r in rulesets if r.id == "kyoryokutai/fy2026") == "added"


def test_the_folder_of_added_files_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENMUSUBI_RULES_DIR", str(tmp_path / "here"))
    new = written(tmp_path / "n.toml", ('id = "kyoryokutai/fy2026"', 'id = "kyoryokutai/fy2026-b"'))

    assert rules_directory() == tmp_path / "here"
    add_ruleset(new)
    assert (tmp_path / "here" / "kyoryokutai" / "fy2026-b.toml").is_file()
    assert "kyoryokutai/fy2026-b" in {ruleset.id for ruleset in stored_rulesets()}
    monkeypatch.delenv("ENMUSUBI_RULES_DIR")
    assert rules_directory().parts[-2:] == ("enmusubi", "rules")


@pytest.mark.parametrize(
    ("platform", "variable", "beneath"),
    [("win32", "LOCALAPPDATA", ""), ("darwin", "HOME", "Library/Application Support"), ("linux", "XDG_DATA_HOME", "")],
)
def test_added_files_lie_where_the_system_keeps_data_of_a_program(
    platform: str, variable: str, beneath: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ENMUSUBI_RULES_DIR")
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert rules_directory() == tmp_path / beneath / "enmusubi" / "rules"


def test_an_added_file_beats_a_shipped_one_and_two_added_ones_are_refused(tmp_path: Path) -> None:
    for name in ("b", "c"):
        new = written(tmp_path / f"{name}.toml", ('id = "kyoryokutai/fy2026"', f'id = "kyoryokutai/fy2026-{name}"'))
        add_ruleset(new, tmp_path / name)

    one = stored_rulesets([tmp_path / "b"])
    assert rulesets_on(date(2026, 6, 1), one)["kyoryokutai"].id == "kyoryokutai/fy2026-b"
    with pytest.raises(RulesetError, match=r"kyoryokutai/fy2026-b, kyoryokutai/fy2026-c all speak about 2026-06-01"):
        rulesets_on(date(2026, 6, 1), stored_rulesets([tmp_path / "b", tmp_path / "c"]))


def test_one_file_a_day_can_be_added_and_a_later_day_is_another(tmp_path: Path) -> None:
    name = ('id = "kyoryokutai/fy2026"', 'id = "kyoryokutai/fy2026-{}"')
    for letter, day in (("b", "2026-04-01"), ("c", "2026-12-01"), ("d", "2026-08-01")):
        begins = ("valid_from = 2026-04-01", f"valid_from = {day}")
        new = written(tmp_path / f"{letter}.toml", (name[0], name[1].format(letter)), begins)
        assert add_ruleset(new, tmp_path / "rules") == f"kyoryokutai/fy2026-{letter}"

    again = written(tmp_path / "e.toml", (name[0], name[1].format("e")), begins)
    with pytest.raises(RulesetError) as caught:
        add_ruleset(again, tmp_path / "rules")
    assert str(caught.value) == (
        "kyoryokutai/fy2026-d was added before and speaks from 2026-08-01 on too, expected one file"
    )


def test_a_table_is_never_overwritten_by_another_of_its_name(tmp_path: Path) -> None:
    matrix = files("features").joinpath("reference/region_matrix.csv").read_text(encoding="utf-8")
    (tmp_path / "m.csv").write_text(matrix, encoding="utf-8")
    first = written(tmp_path / "a.toml", ('matrix = "region_matrix.csv"', 'matrix = "m.csv"'))
    add_ruleset(first, tmp_path / "rules")
    add_ruleset(first, tmp_path / "rules")
    (tmp_path / "m.csv").write_text(matrix.replace("8,○,○", "8,×,○"), encoding="utf-8")

    with pytest.raises(RulesetError) as caught:
        add_ruleset(first, tmp_path / "rules")
    assert str(caught.value) == "table m.csv was added before with other content, expected another file name"


MONTHS = "parameters = { max_months = 36 }"
LEFT = "あと{left_months}か月"
REFUSALS = [
    ('form = "coverage_limit"', 'form = "cap"', r"rule kyo-coverage-max-36m has form cap, expected one of burden, "),
    (MONTHS, "parameters = {}", "rule kyo-coverage-max-36m has no parameter max_months"),
    (MONTHS, "parameters = { max_months = 36, cap = 1 }", "has parameter cap, expected one of max_months"),
    ("used_up = {", "used = {", "rule kyo-coverage-max-36m: outcomes lack used_up, expected again, running, used_up"),
    (
        "used_up = {",
        'more = { verdict = "covered", sentence = "。" }\nused_up = {',
        "outcomes have more, expected again",
    ),
    (LEFT, "あと{months}か月", r"outcome running: sentence uses \{months\}, expected one of origin"),
    (LEFT, "あと{left_months.real}か月", r"sentence uses \{left_months.real\}"),
    (LEFT, "あと{left_months か月", r"outcome running: sentence is no template"),
    ('kind = "term"', 'kind = "period"', r"rule\.0\.kind: Input should be 'region'"),
    ("to = 2027-03-31", "to = 2026-03-31", "valid_to is 2026-03-31, expected a day from valid_from 2026-04-01 on"),
    ('id = "kyoryokutai/fy2026"', 'id = "kyouryokutai/fy2026"', "id: String should match pattern"),
    ('"region_matrix.csv"', '"nowhere.csv"', "table nowhere.csv lies neither beside the file nor among the shipped"),
    ('"municipalities.csv"', '"regions.csv"', "categories have no columns code and"),
    ("as_of = 2022-04-01", "as_of = 2022-13-01", "not TOML"),
    ('unit = "月"', 'unity = "月"', "amount.0.unit: Field required"),
    (
        'running = { verdict = "covered"',
        'running = { verdict = "needs_review"',
        "limited or noted has verdict needs_review",
    ),
]


@pytest.mark.parametrize(("before", "after", "message"), REFUSALS)
def test_a_malformed_file_is_refused_and_nothing_is_copied(
    before: str, after: str, message: str, tmp_path: Path
) -> None:
    broken = written(tmp_path / "broken.toml", (before, after))

    with pytest.raises(RulesetError, match=message) as caught:
        add_ruleset(broken, tmp_path / "rules")
    assert str(caught.value).startswith("broken.toml")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "rules").exists()


@pytest.mark.parametrize(
    ("source", "before", "after", "message"),
    [
        (
            MUST_HAVE,
            'id = "must-licence"',
            'id = "own-licence"',
            "rule own-licence .*, expected must-… or",
        ),
        (FY2026, 'id = "kyo-term-min-12m"', 'id = "must-term"', "rule must-term .*, expected an id that no"),
        (
            FY2026,
            'rule_id = "kyo-otameshi"',
            'rule_id = "municipality-decides"',
            "rule municipality-decides would",
        ),
        (FY2026, 'id = "kyo-term-min-12m"', 'id = "wish-term"', "rule wish-term begins as a wish of an applicant"),
    ],
)
def test_a_rule_whose_id_would_be_told_as_another_kind_of_rule_is_refused(
    source: Path, before: str, after: str, message: str, tmp_path: Path
) -> None:
    broken = written(tmp_path / "mine.toml", (before, after), source=source)

    with pytest.raises(RulesetError, match=message):
        add_ruleset(broken, tmp_path / "rules")
    assert not (tmp_path / "rules").exists()


def test_a_rule_that_stands_twice_is_refused(tmp_path: Path) -> None:
    text = FY2026.read_text(encoding="utf-8")
    rule = text[text.index('[[rule]]\nid = "kyo-record-must-move"') : text.index('[[rule]]\nid = "kyo-term-min-12m"')]
    (tmp_path / "twice.toml").write_text(text + "\n" + rule, encoding="utf-8")

    with pytest.raises(RulesetError, match="rule kyo-record-must-move occurs twice with the same label and types"):
        load_ruleset(tmp_path / "twice.toml")


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match=r"^none\.toml: No such file or directory$"):
        load_ruleset(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RulesetError, match=r"^bytes\.toml: not UTF-8 at byte 0$"):
        load_ruleset(tmp_path / "bytes.toml")


def test_a_rule_that_names_an_unknown_amount_is_refused(tmp_path: Path) -> None:
    broken = written(tmp_path / "k.toml", ('amount = "burden_yen_year"', 'amount = "fee"'), source=KIGYOJIN)

    with pytest.raises(
        RulesetError, match="rule kig-ceiling names amount fee, expected one of max_months, burden_yen_year"
    ):
        load_ruleset(broken)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('fact = "days_per_month"', 'fact = "origin_code"', "parameter fact is origin_code, expected one of employer_"),
        ('refused_contracts = ["itaku_hojin"]', "refused_contracts = [1]", "refused_contracts is not a list of texts"),
        (
            'refused_contracts = ["itaku_hojin"]',
            'refused_contracts = "itaku_hojin"',
            "contracts is not a list of texts",
        ),
        ("min_months = 6, max", "min_months = true, max", "rule kig-term: parameter min_months is not a number"),
        ("share = 0.5", 'share = "half"', "parameter share is not a number"),
        ("retired = true", "retired = 1", "rule kig-person: parameter retired is not true or false"),
        ("urban_metro_categories = [1, 2]", 'urban_metro_categories = ["1"]', "is not a list of whole numbers"),
        (
            "urban_metro_categories = [1, 2]",
            "urban_metro_categories = 1",
            "is not a list of whole numbers",
        ),
        ('amount = "burden_yen_year"', "amount = 1", "rule kig-ceiling names amount 1, expected one of max_months"),
    ],
)
def test_a_wrong_parameter_shows_when_the_file_is_added(before: str, after: str, message: str, tmp_path: Path) -> None:
    broken = written(tmp_path / "k.toml", (before, after), source=KIGYOJIN)

    with pytest.raises(RulesetError, match=message):
        load_ruleset(broken)


def test_the_origin_rule_for_interns_is_a_setting_of_the_file(tmp_path: Path) -> None:
    strict = load_ruleset(
        written(tmp_path / "strict.toml", ("intern_origin_rule = false", "intern_origin_rule = true"))
    )
    rulesets = [strict, *(r for r in shipped_rulesets() if r.program != "kyoryokutai")]
    from_nowhere = SETAGAYA_TO_SHIMOKAWA[1].model_copy(update={"trial": "intern", "municipality_code": "14100"})

    applied = eligibility(SETAGAYA_TO_SHIMOKAWA[0], from_nowhere, on=date(2026, 6, 1), rulesets=rulesets)
    ignored = eligibility(SETAGAYA_TO_SHIMOKAWA[0], from_nowhere, on=date(2026, 6, 1), rulesets=shipped_rulesets())

    assert (applied.verdict, ignored.verdict) == ("not_covered", "covered")


def test_a_pair_no_deciding_rule_of_an_added_file_speaks_of_is_covered_by_the_first_of_them(tmp_path: Path) -> None:
    deciding = 'form = "region_matrix"\nalternative = "region"\ndeciding = true'
    silent = load_ruleset(
        written(tmp_path / "k.toml", (deciding, deciding.replace("true", "false"))),
    )
    rulesets = [silent, *(r for r in shipped_rulesets() if r.program != "kyoryokutai")]
    first, *others = [rule for rule in silent.rule if rule.deciding]

    told = eligibility(*SETAGAYA_TO_SHIMOKAWA, on=date(2026, 6, 1), rulesets=rulesets)

    assert len(others) > 1
    assert [(one.rule_id, one.source, one.sentence) for one in told.findings if one.verdict == "covered"] == [
        (first.id, str(first.source), "要件に当たらない点は見つかりませんでした。")
    ]


def test_a_file_that_does_not_speak_of_interns_origins_asks_for_none(tmp_path: Path) -> None:
    silent = load_ruleset(written(tmp_path / "silent.toml", ("intern_origin_rule = false, ", "")))
    rulesets = [silent, *(r for r in shipped_rulesets() if r.program != "kyoryokutai")]
    intern = SETAGAYA_TO_SHIMOKAWA[1].model_copy(update={"trial": "intern", "municipality_code": "14100"})

    assert eligibility(SETAGAYA_TO_SHIMOKAWA[0], intern, on=date(2026, 6, 1), rulesets=rulesets).verdict == "covered"


def test_a_file_without_the_table_its_rules_need_is_refused(tmp_path: Path) -> None:
    text = KIGYOJIN.read_text(encoding="utf-8")
    start, end = text.index("[region_table]"), text.index("[[amount]]")
    (tmp_path / "k.toml").write_text(text[:start] + text[end:], encoding="utf-8")

    with pytest.raises(
        RulesetError, match=r"rule kig-dest-outside-metro needs a region table, expected \[region_table\]"
    ):
        load_ruleset(tmp_path / "k.toml")


# telling


def test_a_file_is_shown_as_data_that_reads_back() -> None:
    shown = show_ruleset("kyoryokutai/fy2026", ())
    text = tomllib.loads(FY2026.read_text(encoding="utf-8"))

    assert shown["origin"] == "shipped"
    assert shown["digest"] == known()["kyoryokutai/fy2026"].digest
    assert isinstance(shown["rule"], list)
    assert [rule["id"] for rule in shown["rule"]] == [rule["id"] for rule in text["rule"]]


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        RulesetError, match=r"^no rule file has id kyoryokutai/fy1999, expected one of kigyojin/fy2024, "
    ):
        show_ruleset("kyoryokutai/fy1999", ())


def test_the_difference_of_two_years_is_what_changed() -> None:
    changes = diff_rulesets("kyoryokutai/fy2024", "kyoryokutai/fy2025", ())["changes"]
    assert isinstance(changes, list)
    values = next(c for c in changes if c["field"] == "values")

    assert values["place"].startswith("kyo-ceiling ")
    assert (values["before"]["pay_yen_year"], values["after"]["pay_yen_year"]) == (3_200_000, 3_500_000)
    assert values["label"] == "額・期間"
    assert not [c for c in changes if c["field"] in ("matrix", "categories", "outcomes")]
    same = diff_rulesets("kyoryokutai/fy2025", "kyoryokutai/fy2025", ())
    assert same["changes"] == []


def test_every_programme_and_year_is_listed() -> None:
    rows = list_rulesets(())

    assert [row["id"] for row in rows] == sorted(known())
    assert {row["origin"] for row in rows} == {"shipped"}
    assert all(row["digest"] == known()[str(row["id"])].digest for row in rows)


def test_a_folder_that_is_not_there_holds_no_files(tmp_path: Path) -> None:
    assert stored_rulesets([tmp_path / "nowhere"]) == shipped_rulesets()


def test_a_programme_nobody_calls_for_needs_no_file_for_the_day(tmp_path: Path) -> None:
    shipped = known()
    text = (Path(__file__).parents[3] / "features/rulesets/kyoryokutai/fy2026.toml").read_text(encoding="utf-8")
    for old, new in (("fy2026", "fy2027"), ("2026-04-01", "2027-04-01"), ("2027-03-31", "2028-03-31")):
        text = text.replace(old, new)
    path = tmp_path / "kyoryokutai" / "fy2027.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    rulesets = [*shipped.values(), load_ruleset(path)]

    speaking = rulesets_on(date(2027, 6, 1), rulesets, programs=["kyoryokutai", "must_have"])
    assert speaking["kyoryokutai"].id == "kyoryokutai/fy2027"
    with pytest.raises(RulesetError, match="no kigyojin rule file covers 2027-06-01"):
        rulesets_on(date(2027, 6, 1), rulesets)


def test_a_rule_file_in_use_cannot_be_changed() -> None:
    ruleset = shipped_rulesets()[0]
    for part in (ruleset, ruleset.amount[0], ruleset.amount[0].source):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, next(iter(type(part).model_fields)), None)


def test_exactly_the_forms_that_read_the_region_table_say_that_they_need_one() -> None:
    read: set[str] = set()
    for ruleset in shipped_rulesets():
        bare = ruleset.model_copy(update={"regions": None})
        tables = applicant_table([SETAGAYA_TO_SHIMOKAWA[0]]), posting_table([SETAGAYA_TO_SHIMOKAWA[1]])
        view = View.of(*tables, bare, on=bare.valid_from, appointed=False)
        for rule in ruleset.rule:
            with suppress(LookupError):
                FORMS[rule.form].build(rule, view, FORMS[rule.form].states)
                continue
            read.add(rule.form)
    assert read == {name for name, form in FORMS.items() if form.needs_regions}
