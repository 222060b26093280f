"""The peers do the same task: their lists are those of a full sort."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.drawn_sides import vectors
from benchmarks.top_k_peers import argpartition, faiss_flat, polars_pipeline
from matching.ranking import ApplicantBlock, ApplicantSide, Postings, PostingSide, top_k


@pytest.mark.parametrize("name", ["ours", "argpartition", "polars", "faiss"])
def test_a_peer_lists_the_best_postings_best_first(name: str) -> None:
    rng = np.random.default_rng(0)
    people, postings = vectors(rng, 700, 16), vectors(rng, 90, 16)
    peers = {
        "ours": lambda v: (
            top_k(
                [ApplicantBlock(0, ApplicantSide(v))], Postings(PostingSide(postings)), per_applicant=9
            ).applicants.items
        ),
        "argpartition": argpartition(postings, 9),
        "polars": polars_pipeline(postings, 9, 1),
        "faiss": faiss_flat(postings, 9, 1),
    }
    peer = peers[name]
    if peer is None:
        pytest.skip("faiss is not installed")

    found = peer(people)

    scores = people.astype(np.float64) @ postings.T.astype(np.float64)
    best = -np.sort(-scores, axis=1)[:, :9]
    assert np.take_along_axis(scores, found.astype(np.int64), axis=1) == pytest.approx(best, abs=1e-6)
    assert all(len(set(row)) == 9 for row in found.tolist())
