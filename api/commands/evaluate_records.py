"""The season of ``enmusubi evaluate decision`` out of an office's own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.canonical import digest_of
from api.commands.choice_digest import digest_of_choices
from api.provenance import provenance
from api.record_digests import digest_of_market
from features.errors import RecordError
from features.json_files.record_files import load_records
from features.market.scored_market import ScoredMarket, read_market
from features.weights import load_weights

if TYPE_CHECKING:
    import numpy as np

    from features.evaluation.recorded_season import RecordedSeason
    from features.evaluation.season_evaluation import SeasonEvaluation
    from features.learning.choice_sets import ChoiceSets

__all__ = ["EvaluatedRecords", "RecordFiles", "evaluated_records"]


@dataclass(frozen=True)
class RecordFiles:
    """What an office gives: people, postings, outcomes and, where it is on record, who was looked at together."""

    records: tuple[Path, ...]
    outcomes: Path
    choices: Path | None
    weights: Path | None


@dataclass(frozen=True, eq=False)
class EvaluatedRecords:
    """A season of records, what was found of it, from which bytes, and whether a file told whom officers chose."""

    season: RecordedSeason
    found: SeasonEvaluation
    provenance: Mapping[str, object]
    from_file: bool

    @property
    def source(self) -> str:
        """What was evaluated, in a sentence."""
        season = self.season
        left_out = f"12か月後のことが分からない {season.n_unknown} 人は席ごと除きました。" if season.n_unknown else ""
        arrival = (
            "" if season.judged.arrival is not None else "応募の日が分からない人がいるので、先着順はくらべません。"
        )
        return (
            f"記録による {season.year} 年度の配置 {season.n_placed} 件。{left_out}"
            f"エンジンは前の年度までの {season.n_past} 件だけから学び、この年度の割当を決めました。"
            "実際の配置がどれだけの確率で行われたかは記録になく、担当者の選び方から見積もったものです"
            f"（{self._choices}）。"
            "選び方に記録にない理由があれば、その分だけ当てになりません。"
            f"{arrival}"
        )

    @property
    def _choices(self) -> str:
        where = "選択のファイル" if self.from_file else "この年度の配置"
        return f"{where}の {self.season.n_choices} 件の選択"


def evaluated_records(files: RecordFiles, *, on: date, year: int | None, rng: np.random.Generator) -> EvaluatedRecords:
    """Judge one fiscal year of records; the last one that can be judged where none is named."""
    from features.evaluation.recorded_season import recorded_season, season_to_judge
    from features.evaluation.season_evaluation import evaluate_season
    from features.staying.outcome_files import load_outcomes, sorted_outcomes
    from features.staying.recorded_placements import recorded_placements

    weights = None if files.weights is None else load_weights(files.weights)
    market = read_market(load_records(files.records), on=on, weights=weights)
    outcomes = load_outcomes(files.outcomes, today=max(on, date.today()))
    recorded = recorded_placements(market, outcomes.outcomes, on=on)
    inputs = {"records": digest_of_market(market), "outcomes": digest_of(sorted_outcomes(outcomes.outcomes))}
    choices = None
    if files.choices is not None:
        choices, inputs["choices"] = _choices(market, files.choices)
    season = recorded_season(
        market, recorded, year=season_to_judge(recorded) if year is None else year, rng=rng, choices=choices
    )
    told = provenance(market, operation="evaluate decision", options={"choices": choices is not None})
    return EvaluatedRecords(
        season, evaluate_season(season.judged, rng=rng), told | {"inputs": inputs}, choices is not None
    )


def _choices(market: ScoredMarket, path: Path) -> tuple[ChoiceSets, str]:
    """Whom coordinators chose, and the digest of the file."""
    from features.learning.choice_files import load_choices
    from features.learning.recorded_choices import choices_in_file

    file = load_choices(path)
    sets = choices_in_file(market, "coordinator", file).sets
    if not sets.n_sets:
        raise RecordError(
            f"{path.name}: none of its {len(file.choices)} choices tells whom a coordinator chose of several, "
            "expected at least one"
        )
    return sets, digest_of_choices(file)
