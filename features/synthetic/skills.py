"""Skills and licences of an applicant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.synthetic.draws import at, known_mask, pick, quota_labels, zipf_weights
from features.synthetic.parameters import number, shares
from features.synthetic.texts import Topic, applicant_frames

__all__ = ["driving_column", "skill_column"]

# most who may drive a manual car write the plain name, which leaves the question open
_DRIVING = {
    "mt": ("普通自動車免許", "普通自動車免許", "普通自動車免許（MT）"),
    "at": ("普通自動車免許（AT限定）",),
}


def skill_column(rng: np.random.Generator, topics: Sequence[Topic]) -> list[object]:
    """Two to six skills each: the topic's own before those anybody may have, drawn by Zipf's law without repetition."""
    everybody = applicant_frames().skills
    counts = quota_labels(rng, shares("skill_count"), len(topics))
    power = number("skill_zipf")
    drawn: list[object] = []
    for topic, count in zip(topics, counts, strict=True):
        own = at(topic.skills, rng.permutation(len(topic.skills)))
        options = tuple(dict.fromkeys((*own, *at(everybody, rng.permutation(len(everybody))))))
        keys = np.log(zipf_weights(len(options), power)) + rng.gumbel(size=len(options))
        drawn.append(tuple(at(options, np.argsort(-keys, kind="stable")[: int(count)])))
    return drawn


def driving_column(rng: np.random.Generator, topics: Sequence[Topic]) -> list[object]:
    """A driving licence in exact shares, and for some a licence of their own field."""
    labels = quota_labels(rng, shares("applicant_licence"), len(topics))
    writing, field = rng.random((2, len(topics))).tolist()
    holds = known_mask(rng, 1 - number("topic_licence_held"), len(topics)).tolist()
    driving = [
        (pick(_DRIVING[label], u),) if label in _DRIVING else () for label, u in zip(labels, writing, strict=True)
    ]
    of_field = [
        (pick(topic.licences, u),) if own and topic.licences else ()
        for topic, own, u in zip(topics, holds, field, strict=True)
    ]
    return [tuple(dict.fromkeys((*car, *own))) for car, own in zip(driving, of_field, strict=True)]
