"""What stands in a 地域要件確認書, for the evidence file of 特別交付税."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from api.documents.errors import DocumentError
from api.documents.form.content import BLANK_DAY, Form, Row, Section
from api.documents.place_title import place_title
from api.documents.sectioned.foot import foot_of
from api.documents.shapes import Provenance
from api.documents.wording import date_ja
from features.municipalities import find
from features.records import Applicant, Exemption, FormerMember, Jet, Origin, Posting
from features.rules import Eligibility, Ruleset, verdict_words
from features.rules.region_table import Needs, RegionTable
from features.taxonomy.vocabulary import Zone

__all__ = ["LAWS", "programme_pair", "region_check"]

LAWS: Final = "□過疎 □山村振興 □離島振興 □半島振興 □奄美 □小笠原 □沖縄振興"
_ZONE_JA: Final[Mapping[Zone, str]] = {
    "inside": "条件不利区域の内",
    "outside": "条件不利区域の外",
    "unknown": "未確認",
}
_NEEDS_JA: Final[Mapping[Needs, str]] = {
    "nothing": "○（地区の確認は不要）",
    "origin_outside": "△（転出元の地区が条件不利区域の外なら対象）",
    "destination_inside": "▲（転入先の地区が条件不利区域の内なら対象）",
    "both": "□（転出元が区域の外で、転入先が区域の内なら対象）",
    "impossible": "×（表によれば対象外）",
}
_UNKNOWN: Final = "未確認"
_OTHER_RULE: Final = "その他の規則"
_LEAD: Final = (
    "転出元と転入先を地域要件確認表に照らした結果と、確かめた人・日・証明の記録です。事前の申請や承認はなく、"
    "措置は実績にもとづき事後に算定されるため、根拠として保管します。"
)
_NOTES: Final = (
    "判定は目安であり、受入自治体が確認します。特別交付税措置の対象外は、任用を禁じるものではありません。",
    "住民票の写しは本人のみ・本籍と世帯主の記載がないものとし、確かめたあとは写しを残さず、区分・確認者・日付だけを残します。",
    "住民票は、選考のあと、受入自治体が定める日より前に移さないよう本人に伝えます。",
)
_TRANSITION: Final = "{}は経過措置により条件不利地域とされています。2027年4月1日以降は区分が変わることがあります。"
_OWN_FUNDS: Final = "この募集は自主財源によるもので、判定は参考です。"


def programme_pair(applicant: Applicant, posting: Posting) -> tuple[Applicant, Posting]:
    """The pair as the programme's rules alone read it, without the posting's own conditions."""
    conditions = dict.fromkeys(
        (
            "required_licences",
            "required_languages",
            "min_days_per_month",
            "min_hours_per_month",
            "min_onsite_days_per_month",
        )
    )
    person = applicant.model_copy(update={"programs": (posting.program,)})
    return person, posting.model_copy(update={**conditions, "own_funds": False})


def region_check(
    applicant: Applicant,
    posting: Posting,
    *,
    found: Eligibility,
    ruleset: Ruleset,
    provenance: Provenance,
    name: str = "",
) -> Form:
    """The form of one applicant and one posting.

    Parameters
    ----------
    applicant : Applicant
    posting : Posting
    found : Eligibility
        Of :func:`programme_pair`.
    ruleset : Ruleset
        The rule file that was asked.
    provenance : Provenance
    name : str, optional
        From the office's own list; a field where it is missing.

    Raises
    ------
    DocumentError
        If the posting's programme has no region table.
    """
    if ruleset.regions is None or ruleset.region_table is None:
        raise DocumentError(f"posting {posting.posting_id} is {posting.program}, expected one with a region table")
    table = f"{ruleset.region_table.title}（{date_ja(ruleset.region_table.as_of)}）"
    return Form(
        title="地域要件確認書",
        about=f"{place_title(posting)}　{date_ja(provenance.generated_for)}現在",
        lead=_LEAD,
        sections=(
            Section("応募者", (Row("応募者ID", applicant.applicant_id), Row("氏名", name, is_field=not name))),
            Section("転出元と転入先", tuple(_move(applicant, posting, ruleset, ruleset.regions, table))),
            Section("判定", tuple(_verdict(found, _rule_labels(ruleset)))),
            Section("確認の記録（手書き）", _BY_HAND),
        ),
        notes=(*_NOTES, *_cautions(applicant, posting)),
        footer=f"{foot_of(provenance)}　{': '.join(_rule_codes(found))}",
    )


_BY_HAND: Final = (
    Row("転出元の地区", f"□ 確認不要　□ 区域の内　□ 区域の外　　地区名:\n{LAWS}", is_field=True, n_lines=2),
    Row("転入先の地区", f"□ 確認不要　□ 区域の内　□ 区域の外　　地区名:\n{LAWS}", is_field=True, n_lines=2),
    Row(
        "証明の種類",
        "□ 住民票の写し　□ 解嘱を証する書面（元隊員）　□ JETプログラムの修了を証する書面\n"
        "□ 国外に住むことを示す書面　□ その他（　　　　　　　　　　　　　）",
        is_field=True,
        n_lines=2,
    ),
    Row("証明の日付", BLANK_DAY, is_field=True),
    Row("確認の結果", "□ 対象になる見込み　□ 対象外　□ さらに確認する（　　　　　　　　）", is_field=True),
    Row("確認した日", BLANK_DAY, is_field=True),
    Row("確認者の所属・職", "", is_field=True),
    Row("確認者の署名", "", is_field=True),
)


def _rule_codes(found: Eligibility) -> tuple[str, str]:
    codes = dict.fromkeys((found.rule_id, *(one.rule_id for one in found.findings)))
    return "規則の番号", "、".join(codes)


def _move(applicant: Applicant, posting: Posting, ruleset: Ruleset, regions: RegionTable, table: str) -> Iterator[Row]:
    profile, labels = applicant.selection_profile, ruleset.category_label
    origin = profile.origin
    to = regions.category_of.get(posting.municipality_code)
    yield Row("転出元（住民票）", _origin_words(origin, profile.exception))
    came = None if origin is None else regions.category_of.get(origin.municipality_code)
    if origin is not None:
        yield Row("転出元の区分", _class_words(came, labels))
        yield Row("転出元の地区", _ZONE_JA[origin.zone])
    yield Row("転入先", _place_words(posting.municipality_code))
    yield Row("転入先の区分", _class_words(to, labels))
    yield Row("転入先の地区", _ZONE_JA[posting.zone])
    yield Row("確認表", table)
    if to is not None and came is not None:
        yield Row("表の記号", _NEEDS_JA[regions.needs[to, came]])
    yield Row("個人の特例", _exception_words(profile.exception))


def _rule_labels(ruleset: Ruleset) -> Mapping[tuple[str, str], str]:
    """What the rule of a finding is called, by its id and source.

    An outcome that rests on another rule is called as the one it stands in; several may rest on the same, which is why
    the source, which is that of the rule it stands in, tells them apart.
    """
    labels: dict[tuple[str, str], str] = {}
    for rule in ruleset.rule:
        named = (rule.id, *(outcome.rule_id for outcome in rule.outcomes.values() if outcome.rule_id))
        for rule_id in named:
            labels.setdefault((rule_id, str(rule.source)), rule.label)
    return labels


def _verdict(found: Eligibility, labels: Mapping[tuple[str, str], str]) -> Iterator[Row]:
    first, *others = found.findings
    yield Row("判定", verdict_words(first))
    yield Row("規則", labels.get((first.rule_id, first.source), _OTHER_RULE))
    yield Row("根拠", first.source)
    yield Row("説明", first.sentence)
    for other in others:
        label = labels.get((other.rule_id, other.source), _OTHER_RULE)
        yield Row("あわせて確認", f"{verdict_words(other)}: {other.sentence}［{label}］")
    for point in found.open_points:
        yield Row("記載のない事項", point)


def _origin_words(origin: Origin | None, exception: Exemption | None) -> str:
    if origin is not None:
        return _place_words(origin.municipality_code)
    if exception is not None and exception.kind == "overseas":
        return "国外（住民基本台帳に記録なし）"
    return _UNKNOWN


def _place_words(code: str) -> str:
    return f"{find(code).full_name}（{code}）"


def _class_words(category: int | None, labels: Mapping[int, str]) -> str:
    return _UNKNOWN if category is None else f"区分{category}　{labels[category]}"


def _exception_words(exception: Exemption | None) -> str:
    if isinstance(exception, FormerMember):
        place = find(exception.municipality_code).full_name
        return f"元隊員: {place}で{exception.months}か月、終了から{exception.months_since_end}か月"
    if isinstance(exception, Jet):
        return f"JETプログラム: {exception.months}か月、終了から{exception.months_since_end}か月"
    return "なし" if exception is None else "国外からの転入"


def _cautions(applicant: Applicant, posting: Posting) -> Iterator[str]:
    if posting.own_funds:
        yield _OWN_FUNDS
    origin = applicant.selection_profile.origin
    for code in dict.fromkeys((*(() if origin is None else (origin.municipality_code,)), posting.municipality_code)):
        place = find(code)
        if place.facts.get("kaso_graduate") == 1:
            yield _TRANSITION.format(place.full_name)
