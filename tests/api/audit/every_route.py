"""A call of every route that reads or changes something, in an order that works, with a mark in every free text."""

from __future__ import annotations

from collections.abc import Iterator
from time import time
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from pyotp.totp import TOTP
from starlette.testclient import TestClient

MARK = "印づけ７４"  # stands in every text a person or a town can write
API = "/api/v1"
Json = dict[str, Any]

POSTING: Json = {
    "posting_id": "p1",
    "program": "kyoryokutai",
    "municipality_code": "01468",
    "headcount": 2,
    "title": f"林業 {MARK}",
    "mission_text": f"森林整備 {MARK}",
    "goals": [MARK],
    "activities": ["agri_forest_fish"],
    "required_licences": [MARK],
    "required_skills": [MARK],
    "preferred_skills": [MARK],
    "selection_steps": [MARK],
}
APPLICANT: Json = {
    "applicant_id": "a1",
    "programs": ["kyoryokutai"],
    "selection_profile": {
        "origin": {"municipality_code": "13112", "zone": "outside"},
        "desired_activities": ["agri_forest_fish"],
        "occupations": [MARK],
        "skills": [MARK],
        "licences": [MARK],
        "motivation_text": f"山の仕事 {MARK}",
        "plan_text": MARK,
    },
    "private_preferences": {"regions_wanted": ["北海道"], "snow_ok": True},
    "consent": {"purposes": [MARK], "share_with": [MARK]},
}
APPLICATION: Json = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 1}
HOUSEHOLD: Json = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": [["p1", "p1"]]}
COMPANY: Json = {"company_id": "c1", "name": MARK, "industry": MARK, "people": ["a1"]}
RECORDS: Json = {
    "postings": [POSTING],
    "applicants": [APPLICANT, APPLICANT | {"applicant_id": "a2"}],
    "applications": [APPLICATION],
    "households": [HOUSEHOLD],
    "companies": [COMPANY],
}
NEW: Json = {
    "posting": POSTING | {"posting_id": "p9"},
    "applicant": APPLICANT | {"applicant_id": "a9"},
    "application": APPLICATION | {"application_id": "x9", "applicant_id": "a2"},
    "household": HOUSEHOLD | {"household_id": "h9"},
    "company": COMPANY | {"company_id": "c9"},
}


class Call(NamedTuple):
    """A method, the route's path in the OpenAPI document, the address asked for, and a body."""

    method: str
    path: str
    url: str
    body: Json | None = None


def calls(client: TestClient) -> Iterator[Call]:
    """Each is to be made before the next is asked for: what comes later needs what came before."""
    yield Call("POST", f"{API}/records", f"{API}/records", RECORDS)
    for path in ("health", "municipalities", "postings", "applicants", "applications", "households", "companies"):
        yield Call("GET", f"{API}/{path}", f"{API}/{path}")
    yield Call("GET", f"{API}/municipalities/{{code}}", f"{API}/municipalities/01468")
    question = "program=kyoryokutai&origin=13112&destination=01468"
    yield Call("GET", f"{API}/eligibility", f"{API}/eligibility?{question}")
    yield Call("POST", f"{API}/eligibility", f"{API}/eligibility", {"applicant": APPLICANT, "posting": POSTING})
    yield from _record_calls()
    posting, applicant = f"{API}/postings/{{posting_id}}", f"{API}/applicants/{{applicant_id}}"
    for view in ("candidates", "quality"):
        yield Call("GET", f"{posting}/{view}", f"{API}/postings/p1/{view}")
    yield Call("GET", f"{applicant}/recommendations", f"{API}/applicants/a1/recommendations")
    yield Call("POST", f"{API}/runs", f"{API}/runs", {})
    yield Call("GET", f"{API}/runs", f"{API}/runs")
    run_id = client.get(f"{API}/runs").json()["runs"][0]["run_id"]
    for view in ("", "/record"):
        yield Call("GET", f"{API}/runs/{{run_id}}{view}", f"{API}/runs/{run_id}{view}")


def _record_calls() -> Iterator[Call]:
    kinds = {
        "postings": "posting",
        "applicants": "applicant",
        "applications": "application",
        "households": "household",
        "companies": "company",
    }
    for plural, kind in kinds.items():
        record = NEW[kind]
        path, url = f"{API}/{plural}/{{{kind}_id}}", f"{API}/{plural}/{record[f'{kind}_id']}"
        yield Call("POST", f"{API}/{plural}", f"{API}/{plural}", record)
        yield Call("GET", path, url)
        yield Call("PUT", path, url, record)
        yield Call("DELETE", path, url)


def account_calls(client: TestClient, name: str, password: str) -> Iterator[Call]:
    """The same for accounts, by an administrator with that name and password; nobody is signed in before."""
    other = "谷川に沿って歩いた朝の道"

    def call(method: str, path: str, body: Json | None = None, **ids: str) -> Call:
        return Call(method, f"{API}/{path}", f"{API}/{path.format(**ids)}", body)

    yield call("POST", "session", {"sign_in_name": name, "password": password})
    yield call("GET", "me")
    new = {"sign_in_name": "tanaka", "display_name": MARK, "role": "auditor"}
    yield call("POST", "accounts", new)
    yield call("GET", "accounts")
    (an_id,) = (
        one["account_id"] for one in client.get(f"{API}/accounts").json()["accounts"] if one["role"] == "auditor"
    )
    yield call("GET", "accounts/{account_id}", account_id=an_id)
    yield call("POST", "accounts/{account_id}/link", {}, account_id=an_id)
    link = client.post(f"{API}/accounts/{an_id}/link", json={}).json()["token"]
    yield call("POST", "password", {"token": link, "password": other})
    yield call("DELETE", "accounts/{account_id}", account_id=an_id)
    yield call("GET", "consents")
    yield call("POST", "consents", {"municipality_code": "01468", "document": MARK})
    yield call("DELETE", "consents/{municipality_code}", municipality_code="01468")
    yield call("POST", "me/tokens", {"label": MARK, "scopes": ["people:read"]})
    yield call("GET", "me/tokens")
    token_id = client.get(f"{API}/me/tokens").json()["tokens"][0]["token_id"]
    yield call("DELETE", "me/tokens/{token_id}", token_id=token_id)
    yield call("DELETE", "me/sessions")
    yield call("POST", "me/second-factor", {"password": password})
    address = client.post(f"{API}/me/second-factor", json={"password": password}).json()["address"]
    code = TOTP(parse_qs(urlsplit(address).query)["secret"][0])
    yield call("PUT", "me/second-factor", {"code": code.now()})
    yield call("POST", "me/second-factor/removal", {"password": password, "code": code.at(time() + 30)})
    yield call("PUT", "me/password", {"password": password, "new_password": other})
    yield call("DELETE", "session")


def make(client: TestClient, call: Call) -> int:
    return client.request(call.method, call.url, json=call.body).status_code
