"""Records of the sample market whose texts are made unlike all others by a number, so that none is read from memory."""

from __future__ import annotations

from collections.abc import Sequence

from features.records import Applicant, Posting

__all__ = ["unlike_applicant", "unlike_applicants", "unlike_posting", "unlike_postings"]


def unlike_applicants(applicants: Sequence[Applicant]) -> tuple[Applicant, ...]:
    """Each with a number of its own in every text."""
    return tuple(unlike_applicant(applicant, k) for k, applicant in enumerate(applicants))


def unlike_postings(postings: Sequence[Posting]) -> tuple[Posting, ...]:
    """Each with a number of its own in every text."""
    return tuple(unlike_posting(posting, k) for k, posting in enumerate(postings))


def unlike_applicant(applicant: Applicant, k: int) -> Applicant:
    """An applicant with this number in every text."""
    profile = applicant.selection_profile

    def told(text: str | None) -> str | None:
        return None if text is None else text.replace("。", f"、その{k}。")

    changed = {
        "motivation_text": told(profile.motivation_text),
        "plan_text": told(profile.plan_text),
        "occupations": tuple(f"{text}（{k}）" for text in profile.occupations or ()),
        "skills": tuple(f"{text}（{k}）" for text in profile.skills or ()),
    }
    return applicant.model_copy(update={"selection_profile": profile.model_copy(update=changed)})


def unlike_posting(posting: Posting, k: int) -> Posting:
    """A posting with this number in every text."""
    text = None if posting.mission_text is None else posting.mission_text.replace("。", f"、その{k}。")
    goals = tuple(f"{goal}（{k}）" for goal in posting.goals or ())
    return posting.model_copy(update={"mission_text": text, "title": f"{posting.title}（{k}）", "goals": goals})
