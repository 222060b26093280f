"""What the fields of a profile's steps offer to choose from, whoever fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from api.pages.applicant.profile_forms import AREAS, LANGUAGE_CODES, N_LANGUAGES, N_LINKS
from api.pages.forms import FormState
from api.pages.place_search import meant_by
from api.pages.words import Words
from features.taxonomy.vocabulary import ACTIVITY_JA, CEFR_ORDER, JAPANESE

__all__ = ["step_fields"]

_LINKS: Final = ("visited", "event", "trial", "worked", "remote", "volunteered")
_PLACES: Final = ("origin", "former", "employer", *(f"link_{n}" for n in range(1, N_LINKS + 1)))


def step_fields(form: FormState, words: Words) -> Mapping[str, Any]:
    """Names that the templates of the steps ask for, beside the form itself."""
    return {
        "choices": {name: meant_by(name, form.first(name)).choices for name in _PLACES if form.first(name).strip()},
        "area_options": [(area, area, "") for area in AREAS],
        "activities": [(code, label, "") for code, label in ACTIVITY_JA.items()],
        "links": [(code, JAPANESE[code]) for code in _LINKS],
        "named_languages": [(code, words(f"profile.language_{code}")) for code in LANGUAGE_CODES],
        "levels": [(level, words(f"profile.cefr_{level}")) for level in CEFR_ORDER],
        "n_languages": N_LANGUAGES,
        "n_links": N_LINKS,
    }
