"""``enmusubi rank`` and ``enmusubi recommend``: an order of reading for coordinators, places for applicants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeAlias, cast

import typer
from rich.console import Console
from rich.markup import escape

from api.commands.moves import print_moves
from api.commands.options import (
    ApplicantsFile,
    AsJson,
    On,
    PostingsFile,
    WeightsFile,
    date_of,
    one_of,
    people_console,
    print_json,
    progress_bar,
    tracked,
)
from api.commands.wording import GROUPS_JA, bar
from api.provenance import provenance
from features.json_files.record_files import load_records
from features.lists.exclusions import Exclusion
from features.lists.interest import MarketInterest, read_interest, read_pairs
from features.lists.ranking import Ranked, Ranking, Recommendation, rank, recommend
from features.market.arrival_order import ListOrder
from features.market.scored_market import ScoredMarket, read_market
from features.market.standings import row_of
from features.municipalities import find
from features.next_question import NextQuestions, is_worth_asking
from features.place_explanation import PlaceExplanation
from features.rules import verdict_words
from features.weights import load_weights

__all__ = ["register"]

_Order: TypeAlias = Annotated[
    str, typer.Option("--order", help="score, or arrival: as applications came in, or as postings close.")
]
_Spread: TypeAlias = Annotated[
    float,
    typer.Option("--spread", help="0: by own fit alone; up to 1: interest spread over places as evenly as can be."),
]
_Applicants: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--applicants", help="JSON file with applicants (and applications); with --engine also a folder of partitions."
    ),
]
_Postings: TypeAlias = Annotated[
    Path | None, typer.Option("--postings", help="JSON file with postings; both files unless --from-database.")
]
_FromDatabase: TypeAlias = Annotated[
    bool, typer.Option("--from-database", help="With --engine: list everybody and every open call of the service.")
]
_ToDatabase: TypeAlias = Annotated[
    bool, typer.Option("--to-database", help="With --from-database: keep the lists there too, in place of the last.")
]
_Engine: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="ENGINE",
        help="List a whole register into --out: here, processes:N or dask://HOST:PORT.",
    ),
]
_Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", help="With --engine: folder of the lists; a run that stopped goes on there.")
]
_Everyone: TypeAlias = Annotated[
    bool, typer.Option("--everyone", help="With --engine: list everybody although there are applications.")
]
_ASKED_NEXT: Final = 3
_TOP: Final = 50
_TOP_OF_REGISTER: Final = 200
_PLACES: Final = 50
_PARTITION: Final = 10_000  # 3.8 GiB of a worker's memory at 10,000 postings
_WORTH_A_BAR = 1_000_000  # pairs
_OF_ENGINE: Final = (
    "--out, --places, --partition, --everyone and --from-database belong to --engine, which is not given"
)
_NO_ORDER = "順位づけを希望しない方"
_EXPECTED = "見込みは、登録されている方々の記録から推し量った計算上のもので、採用の約束ではありません。"


def register(app: typer.Typer) -> None:
    """Add both commands to ``app``."""
    app.command(name="rank", help="募集ごとに、応募者を読む順に並べ、理由・足りない点・聞くことを示します。")(_rank)
    app.command(name="recommend", help="応募者ごとに、合いそうな募集を理由とともに示します。")(_recommend)


def _rank(  # noqa: PLR0917 -- one parameter an option of the command line
    applicants: _Applicants = None,
    postings: _Postings = None,
    posting: Annotated[str | None, typer.Option(help="One posting's id; every posting where absent.")] = None,
    weights: WeightsFile = None,
    top: Annotated[int | None, typer.Option(min=1, help="Candidates at most (50; with --engine 200).")] = None,
    order: _Order = "score",
    on: On = None,
    engine: _Engine = None,
    out: _Out = None,
    places: Annotated[int | None, typer.Option(min=1, help="With --engine: places of an applicant (50).")] = None,
    partition: Annotated[int | None, typer.Option(min=1, help="With --engine: applicants at once (10000).")] = None,
    everyone: _Everyone = False,
    from_database: _FromDatabase = False,
    to_database: _ToDatabase = False,
    as_json: AsJson = False,
) -> None:
    chosen = _order(order)
    _verify_source(applicants, postings, from_database=from_database, to_database=to_database)
    if engine is not None:
        if out is None or posting is not None or chosen != "score":
            raise typer.BadParameter("--engine needs --out, and stands without --posting and without --order arrival")
        from api.commands.spread_asked import SpreadRanks
        from api.commands.spread_ranks import spread_ranks

        given = engine, applicants, postings, out, weights, None if on is None else date_of(on)
        lengths = places or _PLACES, top or _TOP_OF_REGISTER, partition or _PARTITION
        spread_ranks(SpreadRanks(*given, *lengths, everyone, to_database), as_json=as_json)
        return
    if (out, places, partition, everyone) != (None, None, None, False) or applicants is None or postings is None:
        raise typer.BadParameter(_OF_ENGINE)
    top = top or _TOP
    market = _market(applicants, postings, weights, on, is_for_one_list=posting is not None)
    wanted = market.postings.ids if posting is None else (posting,)
    rankings = [rank(market, posting_id, top=top, order=chosen) for posting_id in tracked(wanted, "順位づけ")]
    if as_json:
        options = {"posting": posting, "top": top, "order": order}
        body = {"rankings": [ranking.to_json() for ranking in rankings]}
        print_json(body | {"provenance": provenance(market, operation="rank", options=options)})
        return
    for ranking in rankings:
        _print_ranking(people_console(), market, ranking)
        if weights is not None and chosen == "score":
            print_moves(people_console(), market, ranking.posting_id, top=top)


def _recommend(  # noqa: PLR0917 -- one parameter an option of the command line
    applicants: ApplicantsFile,
    postings: PostingsFile,
    applicant: Annotated[str | None, typer.Option(help="One applicant's id; everyone where absent.")] = None,
    weights: WeightsFile = None,
    top: Annotated[int, typer.Option(min=1, help="Places at most.")] = 10,
    spread: _Spread = 0.0,
    order: _Order = "score",
    on: On = None,
    as_json: AsJson = False,
) -> None:
    chosen = _order(order)
    _verify_spread(spread, chosen)
    market = _market(applicants, postings, weights, on)
    wanted = market.applicants.ids if applicant is None else (applicant,)
    if applicant is not None:
        row_of(market.applicants.index_of, applicant, "applicant")  # an unknown id is told before the long reading
    interest = _interest(market, spread)
    found = [
        recommend(market, applicant_id, top=top, interest=interest, order=chosen)
        for applicant_id in tracked(wanted, "おすすめ")
    ]
    if as_json:
        options = {"applicant": applicant, "top": top, "spread": spread, "order": order}
        body = {"recommendations": [recommendation.to_json() for recommendation in found]}
        print_json(body | {"provenance": provenance(market, operation="recommend", options=options)})
        return
    for recommendation in found:
        _print_recommendation(people_console(), market, recommendation)


def _verify_source(applicants: Path | None, postings: Path | None, *, from_database: bool, to_database: bool) -> None:
    """Either both files, or the database alone; lists are kept where the people they name are kept."""
    if from_database and (applicants is not None or postings is not None):
        raise typer.BadParameter("--from-database stands in place of --applicants and --postings")
    if not from_database and to_database:
        raise typer.BadParameter("--to-database keeps lists beside the people they name; say --from-database too")
    if not from_database and (applicants is None or postings is None):
        raise typer.BadParameter("--applicants and --postings are needed, or --engine with --from-database")


def _market(
    applicants: ApplicantsFile, postings: PostingsFile, weights: WeightsFile, on: On, *, is_for_one_list: bool = False
) -> ScoredMarket:
    chosen = None if weights is None else load_weights(weights)
    records = load_records([applicants, postings])
    return read_market(records, on=date_of(on), weights=chosen, is_for_one_list=is_for_one_list)


def _order(word: str) -> ListOrder:
    return cast("ListOrder", one_of("--order", word, ListOrder))


def _verify_spread(spread: float, order: ListOrder) -> None:
    if not 0 <= spread <= 1:
        raise typer.BadParameter(f"--spread is {spread:g}, expected 0 to 1")
    if spread > 0 and order == "arrival":
        raise typer.BadParameter(f"--spread is {spread:g}, expected 0 with --order arrival")


def _interest(market: ScoredMarket, spread: float) -> MarketInterest:
    """Everybody's lists at this spread, with bars where the market is large enough to wait for."""
    if len(market.applicants) * len(market.postings) < _WORTH_A_BAR:
        return read_interest(market, spread)
    with progress_bar() as progress:
        reading = progress.add_task("双方の記録を読む", total=None)
        pairs = read_pairs(market)
        progress.update(reading, completed=1, total=1)
        rounds = progress.add_task("関心の広がり", total=None)

        def told(done: int, _most: int) -> None:  # most rounds are rarely needed: the bar pulses until they settle
            progress.update(rounds, completed=done)

        found = read_interest(market, spread, pairs=pairs, progress=told)
        progress.update(rounds, total=progress.tasks[rounds].completed)
    return found


def _print_ranking(console: Console, market: ScoredMarket, ranking: Ranking) -> None:
    console.rule(f"{_name_of(market, ranking.posting_id)}　読む順", align="left")
    console.print(ranking.ordered, markup=False)
    _print_asked_next(console, ranking.asked_next)
    for place, line in enumerate(ranking.candidates, start=1):
        _print_head(console, place, line.id, _placed_by(line))
        for mark, found in (("○", line.reasons), ("△", line.gaps)):
            for reason in found:
                console.print(f"      {mark} {reason.sentence}", markup=False)
        _print_questions(console, line)
        _print_what_if(console, line)
    _print_excluded(console, ranking.excluded, {})


def _print_recommendation(console: Console, market: ScoredMarket, recommendation: Recommendation) -> None:
    console.rule(f"{recommendation.applicant_id} さんへの提案", align="left")
    console.print(recommendation.ordered + (_EXPECTED if recommendation.postings else ""), markup=False)
    _print_asked_next(console, recommendation.asked_next)
    for place, line in enumerate(recommendation.postings, start=1):
        _print_head(console, place, _name_of(market, line.id), _score("合い具合", line))
        if line.chance is not None:
            console.print(f"      見込み {bar(line.chance.value)} {line.chance.sentence}", markup=False)
        if line.why_here is not None:
            console.print(f"      順の理由　{line.why_here}", markup=False)
        if line.explanation is not None:
            _print_groups(console, line.explanation)
        _print_questions(console, line, beside=line.explanation)
    names = {line.id: _name_of(market, line.id) for line in recommendation.excluded}
    _print_excluded(console, recommendation.excluded, names)


def _print_asked_next(console: Console, found: NextQuestions | None) -> None:
    """The questions that most likely change the top, each once; those that hardly ever do are left to JSON."""
    every = () if found is None else found.questions
    told = {(one.sentence, one.question): None for one in every if is_worth_asking(one.chance_of_change)}
    for sentence, question in list(told)[:_ASKED_NEXT]:
        console.print(f"次に聞くこと　{sentence}", markup=False)
        console.print(f"      ？ {question}", markup=False)


def _name_of(market: ScoredMarket, posting_id: str) -> str:
    posting = market.records.postings[market.postings.index_of[posting_id]]
    return f"{posting_id} {find(posting.municipality_code).full_name} {posting.title or ''}".rstrip()


def _print_head(console: Console, place: int, name: str, told: str) -> None:
    console.print(f"[bold]{place:>3}. {escape(name)}[/bold]  {told}")


def _score(what: str, line: Ranked) -> str:
    return f"{bar(line.score)} {what} {line.score:.2f}（{line.low:.2f}〜{line.high:.2f}）"


def _placed_by(line: Ranked) -> str:
    """The score of a candidate it has placed; of another what has."""
    if line.placed_by == "score":
        return _score("重なり", line)
    wish = [_NO_ORDER] if line.placed_by == "wish" else []
    came = "届いた日の記録なし" if line.received_at is None else f"{line.received_at:%Y-%m-%d}に届いた応募"
    return "　".join([*wish, came])


def _print_groups(console: Console, told: PlaceExplanation) -> None:
    groups = ((told.fits_you, "○"), (told.they_would_want_you, "○"), (told.may_go_wrong, "△"))
    for (remarks, mark), heading in zip(groups, GROUPS_JA.values(), strict=True):
        console.print(f"    {heading}", markup=False)
        for remark in remarks:
            console.print(f"      {mark} {remark.sentence}", markup=False)
            if remark.question is not None:
                console.print(f"        聞くこと：{remark.question}", markup=False)


def _print_questions(console: Console, line: Ranked, *, beside: PlaceExplanation | None = None) -> None:
    """What to ask, but for what stands beside a remark already."""
    asked = {remark.question for remark in (() if beside is None else beside.may_go_wrong)}
    for question in line.questions:
        if question.question not in asked:
            console.print(f"      ？ {question.question}", markup=False)


def _print_what_if(console: Console, line: Ranked | Exclusion) -> None:
    for counterfactual in line.what_if:
        console.print(f"      → {counterfactual.sentence}", markup=False)


def _print_excluded(console: Console, excluded: Sequence[Exclusion], names: Mapping[str, str]) -> None:
    if excluded:
        console.print(f"対象外 {len(excluded)} 件（人を断るものではなく、規則とその根拠です）", style="dim")
    for out in excluded:
        for rule in out.rules:
            head = f"   × {names.get(out.id, out.id)}: {verdict_words(rule)}"
            console.print(f"{head} [{rule.rule_id}] {rule.sentence}", markup=False)
        _print_what_if(console, out)
