"""Evidence by who chose: it holds what it promises with few of them, and one person's habit is not everybody's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from features.learning.choice_sets import ChoiceSets
from features.learning.clustered_test import levels_of, score_test_by_cluster
from features.learning.errors import LearningError
from features.learning.fit import fit
from features.learning.learned import learn_weights
from features.learning.likelihood import Likelihood
from features.learning.penalty import towards_hand_weights
from features.learning.ratio_tests import contradiction_by_cluster, is_contradicted
from features.learning.report import learned_to_json, sentences
from features.learning.stages import stages_of
from tests.features.learning.drawn import drawn

HAND = {"t0": 0.4, "t1": 0.3, "t2": 0.2, "t3": 0.1}
TERMS = tuple(HAND)
BY_HAND = 10 * np.array(list(HAND.values()))
OTHERWISE = 10 * np.array([0.1, 0.1, 0.2, 0.6])
KEPT = towards_hand_weights(TERMS, HAND, ridge=np.inf)
SOFTEST = towards_hand_weights(TERMS, HAND, ridge=0.003)


def of_people(*people: tuple[int, np.ndarray], seed: int = 0) -> ChoiceSets:
    """So many choices of each person, by that person's coefficients."""
    rng = np.random.default_rng(seed)
    parts = [drawn(rng, n, beta) for n, beta in people]
    n_sets = sum(part.n_sets for part in parts)
    return ChoiceSets(
        TERMS,
        np.concatenate([part.features for part in parts]),
        np.arange(n_sets + 1) * 5,
        np.concatenate([part.place for part in parts]),
        np.repeat(np.arange(len(people)), [n for n, _ in people]),
    )


@pytest.mark.parametrize("n_clusters", [2, 3, 6, 20])
@pytest.mark.parametrize("unlike", [0.0, 3.0])
def test_where_there_is_nothing_one_in_twenty_is_called_something_at_most(n_clusters: int, unlike: float) -> None:
    """Theorem by simulation: clusters that pull their own way, more in some directions than in others; s.e. 0.5 %."""
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(n_clusters), 10)
    reach = unlike * np.linspace(0, 1, 7)
    found = [
        score_test_by_cluster(
            rng.normal(size=(who.size, 7)) + (rng.normal(size=(n_clusters, 7)) * reach)[who],
            who.size * np.eye(7),
            who,
        ).p_value
        for _ in range(1500)
    ]

    assert np.mean(np.array(found) <= 0.05) <= 0.065


def test_of_many_who_chose_once_it_is_the_score_test() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(3000, 4)) + 0.02
    told = score_test_by_cluster(scores, 3000 * np.eye(4), np.arange(3000))

    assert told.p_value == pytest.approx(chi2.sf((scores.sum(axis=0) ** 2).sum() / 3000, 4), abs=0.01)
    assert told.degrees_of_freedom[0] == pytest.approx(4, abs=0.05)


def test_what_was_fitted_and_what_no_choice_tells_are_no_evidence() -> None:
    scores, information = np.zeros((8, 3)), np.diag([8.0, 8.0, 0.0])
    scores[:, 0] = 1.0
    who = np.arange(8)

    assert score_test_by_cluster(scores, information, who).p_value < 1e-9
    assert score_test_by_cluster(scores, information, who, free=np.eye(3)[:, :1]).p_value == 1.0
    assert score_test_by_cluster(scores[:, ::-1].copy(), information, who).p_value == 1.0


def test_one_who_chose_is_asked_by_decision_and_many_by_who_chose_and_where_they_belong() -> None:
    many = of_people(*[(5, BY_HAND)] * 6)
    officers = stages_of(replace(many, office=many.cluster_of // 3))
    one = stages_of(of_people((30, BY_HAND)))

    assert [np.unique(level).size for level in levels_of(officers)] == [6, 2]
    assert [np.unique(level).size for level in levels_of(one)] == [30]
    assert score_test_by_cluster(np.ones((3, 1)), np.eye(1), np.zeros(3, np.int64)).p_value == 1.0


def test_a_habit_of_one_person_does_not_move_the_weights_of_all() -> None:
    sets = of_people((60, OTHERWISE), *[(10, BY_HAND)] * 7)
    alone = replace(sets, cluster=None, office=None)

    assert is_contradicted(stages_of(alone), KEPT, SOFTEST)
    assert not is_contradicted(stages_of(sets), KEPT, SOFTEST)
    learned = learn_weights(sets, HAND)
    assert learned.weights.tolist() == learned.hand.tolist()
    assert "食い違うかもしれませんが、重みを変えるだけの根拠にはなりません（尤度比検定 p < 0.001" in " ".join(
        sentences(learned, {})
    )
    told = learned_to_json(learned)["against_hand_by_cluster"]
    assert isinstance(told, dict)
    assert (told["n_clusters"], told["p_value"] > 0.05) == (8, True)


def test_what_all_of_them_do_moves_the_weights() -> None:
    sets = of_people(*[(16, OTHERWISE)] * 8)

    assert is_contradicted(stages_of(sets), KEPT, SOFTEST)
    assert learn_weights(sets, HAND).weights[3] > 0.4


def test_officers_of_one_municipality_are_asked_as_one() -> None:
    """Ten officers of one town decide otherwise, and two each of five towns by hand: ten witnesses, or one."""
    sets = of_people(*[(6, OTHERWISE)] * 10, *[(6, BY_HAND)] * 10)
    towns = np.where(sets.cluster_of < 10, 0, 1 + sets.cluster_of // 2)
    stages = stages_of(replace(sets, office=towns))
    by_person = contradiction_by_cluster(stages_of(sets), KEPT)
    by_town = contradiction_by_cluster(stages, KEPT)

    assert (by_person.n_clusters, by_town.n_clusters) == (20, 6)
    assert by_person.p_value < 0.01
    assert by_town.p_value > 0.05
    assert not is_contradicted(stages, KEPT, SOFTEST)


def test_the_order_of_the_choices_changes_nothing() -> None:
    sets = of_people(*[(6, OTHERWISE)] * 6)
    turned = sets.take(np.random.default_rng(3).permutation(sets.n_sets))
    first, second = (contradiction_by_cluster(stages_of(one), KEPT).p_value for one in (sets, turned))

    assert second == pytest.approx(first, rel=1e-6)


def test_scores_are_those_of_the_fit_that_is_kept() -> None:
    stages = stages_of(of_people(*[(6, BY_HAND)] * 6))
    at = Likelihood(stages).at(fit(stages, KEPT).coefficients)
    told = score_test_by_cluster(at.scores, at.information, stages.cluster, free=KEPT.basis)

    assert contradiction_by_cluster(stages, KEPT) == told


def test_a_set_is_called_by_its_name_in_errors() -> None:
    n = 402
    sets = ChoiceSets(
        ("t0",),
        np.linspace(0, 1, n)[:, None],
        np.array([0, n]),
        (np.arange(n) < 201).astype(np.int64),
        name=("call p7",),
    )

    with pytest.raises(LearningError, match="call p7 takes 201 of 403 at once, expected at most 200"):
        stages_of(sets.with_outside().take([0]))
    with pytest.raises(LearningError, match="set 0 takes 201"):
        stages_of(replace(sets, name=None))
    with pytest.raises(LearningError, match="name has 2 names, expected 1"):
        replace(sets, name=("a", "b"))
    with pytest.raises(LearningError, match=r"office has shape \(2,\), expected \(1,\)"):
        replace(sets, office=np.array([0, 1]))
