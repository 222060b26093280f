"""The words of an application: motivation and plan, in the register of the call or in the applicant's own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.synthetic.draws import pick
from features.synthetic.texts import Topic, applicant_frames, two_of

__all__ = ["N_UNIFORMS", "PersonText", "person_text"]

N_UNIFORMS = 9


class PersonText(NamedTuple):
    """What a person writes."""

    motivation_text: str
    plan_text: str


def person_text(topic: Topic, job: str, u: NDArray[np.float64], *, is_far: bool) -> PersonText:
    """Compose an application.

    Parameters
    ----------
    topic : Topic
        What the person wants to do.
    job : str
        Occupation, told only in the register of the call.
    u : ndarray
        ``(N_UNIFORMS,)`` uniform numbers: the same numbers give the same text.
    is_far : bool
        Write without any content noun of the calls of this topic.
    """
    frames = applicant_frames(of_company=topic.field is not None)
    opening = pick(frames.open_far if is_far else frames.open, u[0]).format(job=job)
    motives = two_of(topic.far if is_far else topic.near, u[1], u[2])
    plans = two_of(topic.far_plan if is_far else topic.near_plan, u[3], u[4])
    close = pick(frames.close_far if is_far else frames.close, u[5])
    plan_close = pick(frames.plan_close_far if is_far else frames.plan_close, u[6])
    return PersonText(
        motivation_text=opening + "".join(motives[: 1 if u[7] < 0.55 else 2]) + close,
        plan_text="".join(plans[: 1 if u[8] < 0.6 else 2]) + plan_close,
    )
