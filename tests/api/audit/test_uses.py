"""What a use notes of the records it was of."""

from __future__ import annotations

import pytest

from api.audit.entry import Kept, Use
from api.audit.uses import changed, created
from api.canonical import digest_of
from features.records import Posting

SAID = {"posting_id": "p1", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
CALL = Posting.model_validate(SAID)
STAYS = (Kept(finding="age", choice="legal_exception"), Kept(finding="sex", choice="not_a_condition"))


def _noted(kept: tuple[Kept, ...]) -> tuple[Use, Use]:
    return created("posting", CALL, kept=kept), changed("posting", CALL, CALL, kept=kept)


@pytest.mark.parametrize("kept", [(), STAYS[:1], STAYS], ids=len)
def test_what_stays_in_a_call_is_noted_with_the_choice_and_nothing_where_nothing_stays(kept: tuple[Kept, ...]) -> None:
    for use in _noted(kept):
        assert use.kept == (kept or None)
        assert use.outputs == {"records": digest_of([SAID])}  # of what it says, and of nothing that it leaves open
        assert (use.action, use.on[0].ids) == ("changed" if use.inputs else "created", ("p1",))
