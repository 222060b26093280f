"""A statement is given the conditions that concern it, and is then the same as with all of them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, exists, func, literal, select, true, union, update
from sqlalchemy.sql.base import Executable

from api.accounts.reach import Reach, Rerouting
from api.accounts.restricted_session import _concerned, _criteria
from api.decisions.tables import DecisionRow as Decision
from api.listings.tables import ListedCandidateRow
from api.storage.named_tables import named_tables
from api.storage.tables import ApplicantRow as Applicant
from api.storage.tables import ApplicationRow as Application
from api.storage.tables import HouseholdRow as Household
from api.storage.tables import PostingRow as Posting
from api.storage.tables import RestrictionRow

TODAY = date(2026, 11, 23)
REACHES = {
    "applicant": Reach(applicant_id="a1", applied_by="a1", today=TODAY),
    "published": Reach(published=True, today=TODAY),
    "coordinator": Reach(municipalities=frozenset(["01468"]), conflicts_of="id-coordinator", today=TODAY),
    "rerouting": Reach(
        municipalities=frozenset(),
        rerouting=Rerouting(frozenset(["01468", "01"]), None, TODAY),
        conflicts_of="id-supporter",
        today=TODAY,
    ),
}
APPLICANTS = select(Applicant.id)
PEOPLE, NAMED = APPLICANTS.subquery(), APPLICANTS.cte()
STATEMENTS = {
    "one table": select(Household),
    "a table nobody restricts": select(RestrictionRow),
    "a column": select(Applicant.id.label("x")),
    "a count": select(func.count()).select_from(Applicant),
    "a count that filters": select(func.count().filter(Applicant.id == "a1")),
    "joined": select(Posting).join(Application, Application.posting_id == Posting.id),
    "joined outside": select(Posting).outerjoin(Applicant, true()),
    "a list": select(ListedCandidateRow),
    "what belongs to an application": select(Decision),
    "in a subquery": select(Posting.id).where(Posting.id.in_(select(Application.posting_id))),
    "from a subquery": select(PEOPLE.c.id),
    "beside a subquery": select(Posting.id).where(Posting.id == PEOPLE.c.id),
    "from a common table": select(NAMED.c.id),
    "whether there is": select(literal(1)).where(exists().where(Applicant.id == "a1")),
    "two together": union(APPLICANTS, select(Posting.id)),
    "in an order": select(Posting.id).order_by(APPLICANTS.scalar_subquery()),
    "of groups": select(Posting.id).group_by(Posting.id).having(func.count(Applicant.id) > 1),
    "in a window": select(Posting.id, func.row_number().over(order_by=Application.id)),
    "changed": update(Posting).values(id=APPLICANTS.scalar_subquery()),
    "removed": delete(Posting).where(Posting.id.in_(APPLICANTS)),
}


@pytest.mark.parametrize("reach", REACHES.values(), ids=list(REACHES))
@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=list(STATEMENTS))
def test_a_statement_says_the_same_as_with_every_condition(statement: Executable, reach: Reach) -> None:
    criteria = _criteria(reach)
    concerned = _concerned(criteria, named_tables(statement))

    assert str(statement.options(*concerned)) == str(statement.options(*(one.option for one in criteria)))


def test_a_statement_is_given_no_condition_of_what_it_has_nothing_to_do_with() -> None:
    criteria = _criteria(REACHES["coordinator"])

    assert _concerned(criteria, named_tables(STATEMENTS["a table nobody restricts"])) == []
    assert len(_concerned(criteria, named_tables(STATEMENTS["one table"]))) == 1 < len(criteria)
