"""A call of every route that reads or changes something, in an order that works, with a mark in every free text."""

from __future__ import annotations

from collections.abc import Iterator
from time import time
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

from fastapi import FastAPI
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
    content: bytes | None = None


def calls(client: TestClient) -> Iterator[Call]:
    """Each is to be made before the next is asked for: what comes later needs what came before."""
    yield Call("POST", f"{API}/records", f"{API}/records", RECORDS)
    yield Call("GET", f"{API}/metrics", f"{API}/metrics")
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
    yield from decision_calls(client)
    yield from proof_calls(client)
    yield from document_calls()
    yield from rights_calls(client)
    yield from import_calls(client)
    yield Call("POST", f"{API}/runs", f"{API}/runs", {})
    yield Call("GET", f"{API}/runs", f"{API}/runs")
    run_id = client.get(f"{API}/runs").json()["runs"][0]["run_id"]
    for view in ("", "/record", "/figures", "/explanations", "/events"):
        yield Call("GET", f"{API}/runs/{{run_id}}{view}", f"{API}/runs/{run_id}{view}")
    yield Call("POST", f"{API}/runs/{{run_id}}/verification", f"{API}/runs/{run_id}/verification")
    yield Call("POST", f"{API}/runs/{{run_id}}/what-ifs", f"{API}/runs/{run_id}/what-ifs", {"question": "limits"})
    asked = client.get(f"{API}/jobs?kind=what-if").json()["jobs"][0]["job_id"]
    yield Call("GET", f"{API}/runs/{{run_id}}/what-ifs/{{what_if_id}}", f"{API}/runs/{run_id}/what-ifs/{asked}")
    yield Call("GET", f"{API}/jobs", f"{API}/jobs")
    for view in ("", "/events"):
        yield Call("GET", f"{API}/jobs/{{job_id}}{view}", f"{API}/jobs/{run_id}{view}")
    for kind in ("run", "job"):
        path = f"{API}/{kind}s"
        yield Call("POST", f"{path}/{{{kind}_id}}/cancellation", f"{path}/{_waiting_run(client)}/cancellation")


def import_calls(client: TestClient) -> Iterator[Call]:
    """A file of one applicant from its preview to the commit, and one that is discarded."""
    imports, path = f"{API}/imports", f"{API}/imports/{{import_id}}"
    content = f"応募者ID,住民票所在地,志望動機\na7,東京都港区,{MARK}".encode()
    for _ in range(2):
        yield Call("POST", imports, f"{imports}?name={MARK}.csv", content=content)
    yield Call("GET", imports, imports)
    first, second = (one["import_id"] for one in client.get(imports).json()["imports"])
    mapping = client.get(f"{imports}/{first}").json()["plan"]["mapping"]
    yield Call("PUT", f"{path}/mapping", f"{imports}/{first}/mapping", mapping)
    for view in ("", "/events"):
        yield Call("GET", f"{path}{view}", f"{imports}/{first}{view}")
    digest = client.get(f"{imports}/{first}").json()["plan_digest"]
    yield Call("POST", f"{path}/commit", f"{imports}/{first}/commit", {"plan_digest": digest})
    yield Call("DELETE", path, f"{imports}/{second}")


def _waiting_run(client: TestClient) -> str:
    """The id of a round that nobody does."""
    state = cast("FastAPI", client.app).state
    inline, state.settings = state.settings, state.settings.model_copy(update={"jobs": "worker"})
    run_id: str = client.post(f"{API}/runs", json={}).json()["run_id"]
    state.settings = inline
    return run_id


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


def decision_calls(client: TestClient) -> Iterator[Call]:
    """Steps of x1 up to its acceptance, its interview, and what became of it."""

    def step(state: str) -> Call:
        page = client.get(f"{API}/decisions?application_id=x1").json()["decisions"]
        body = {"application_id": "x1", "state": state, "reason": MARK, "after": None}
        return Call("POST", decisions, decisions, body | {"after": page[-1]["decision_id"] if page else None})

    decisions, scores = f"{API}/decisions", f"{API}/interview-scores"
    for state in ("seen", "shortlisted", "interview"):
        yield step(state)
    yield Call("GET", decisions, decisions)
    an_id = client.get(decisions).json()["decisions"][0]["decision_id"]
    yield Call("GET", f"{decisions}/{{decision_id}}", f"{decisions}/{an_id}")
    items = {"job_knowledge": 4, "talk_with_residents": 3, "plan": 5, "grasp_of_conditions": 4}
    yield Call("GET", f"{scores}/items", f"{scores}/items")
    yield Call("POST", scores, scores, {"application_id": "x1", "items": items, "note": MARK})
    yield Call("GET", scores, f"{scores}?application_id=x1")
    for state in ("offered", "accepted"):
        yield step(state)
    outcome = {"application_id": "x1", "months": 3, "state": "there"}
    days = {"found_on": "2026-08-01", "started_on": "2026-04-01"}
    yield Call("POST", f"{API}/outcomes", f"{API}/outcomes", outcome | days)
    for view in ("", "/due", "/summary", "/by-score"):
        yield Call("GET", f"{API}/outcomes{view}", f"{API}/outcomes{view}")


def proof_calls(client: TestClient) -> Iterator[Call]:
    """A proof of x1 from the request to the check, and one that is withdrawn."""
    path, of_proof = f"{API}/applications/{{application_id}}/proofs", f"{API}/proofs/{{proof_id}}"
    url, address = f"{API}/applications/x1/proofs", {"kind": "address"}
    yield Call("POST", path, url, address)
    yield Call("GET", path, url)
    an_id = client.get(url).json()["proofs"][0]["proof_id"]
    yield Call("PUT", f"{of_proof}/image", f"{API}/proofs/{an_id}/image", content=b"%PDF-1.7")
    yield Call("GET", f"{of_proof}/image", f"{API}/proofs/{an_id}/image")
    yield Call("POST", f"{of_proof}/check", f"{API}/proofs/{an_id}/check", {"is_confirmed": True, "zone": "outside"})
    yield Call("DELETE", of_proof, f"{API}/proofs/{client.post(url, json=address).json()['proof_id']}")


def document_calls() -> Iterator[Call]:
    """Papers of p1, with a name of the office's own list, and the letter to a1."""
    documents, paper = f"{API}/documents", f"{API}/documents/{{kind}}"
    yield Call("GET", documents, documents)
    yield Call("GET", paper, f"{documents}/selection-list?posting_id=p1")
    yield Call("POST", paper, f"{documents}/region-check", {"posting_id": "p1", "names": {"a1": MARK}})
    yield Call("GET", f"{documents}/suggestion-letter", f"{documents}/suggestion-letter?applicant_id=a1")
    for kind in ("tax-evidence", "reminders", "bundle"):
        yield Call("GET", f"{documents}/{kind}", f"{documents}/{kind}")


def rights_calls(client: TestClient) -> Iterator[Call]:
    """What a person may ask for, as a town enters it; blocks; and a call that is stopped."""
    of_applicant, paper = f"{API}/applicants/{{applicant_id}}", {"document": MARK}
    yield Call("GET", f"{of_applicant}/history", f"{API}/applicants/a1/history")
    yield Call("PUT", f"{of_applicant}/restriction", f"{API}/applicants/a1/restriction", paper)
    yield Call("DELETE", f"{of_applicant}/restriction", f"{API}/applicants/a1/restriction")
    client.post(f"{API}/applicants", json=APPLICANT | {"applicant_id": "a8"})
    yield Call("POST", f"{of_applicant}/erasure", f"{API}/applicants/a8/erasure", paper)
    yield Call("GET", f"{API}/certificates", f"{API}/certificates")
    yield Call("GET", f"{API}/certificates/{{number}}", f"{API}/certificates/1")
    yield Call("POST", f"{API}/holds", f"{API}/holds", {"kind": "applicant", "id": "a1", "reason": MARK})
    yield Call("GET", f"{API}/holds", f"{API}/holds")
    an_id = client.get(f"{API}/holds").json()["holds"][0]["hold_id"]
    yield Call("POST", f"{API}/holds/{{hold_id}}/lifting", f"{API}/holds/{an_id}/lifting", {"reason": MARK})
    client.post(f"{API}/postings", json=POSTING | {"posting_id": "p8"})
    yield Call("POST", f"{API}/postings/{{posting_id}}/closing", f"{API}/postings/p8/closing")


def officer_calls(client: TestClient, name: str, password: str) -> Iterator[Call]:
    """What only an account can do, by a coordinator of the town of p1."""
    conflicts = f"{API}/conflicts"
    yield Call("POST", f"{API}/session", f"{API}/session", {"sign_in_name": name, "password": password})
    yield Call("POST", conflicts, conflicts, {"kind": "friend", "posting_id": "p1"})
    yield Call("GET", conflicts, conflicts)
    an_id = client.get(conflicts).json()["conflicts"][0]["conflict_id"]
    yield Call("POST", f"{conflicts}/{{conflict_id}}/lifting", f"{conflicts}/{an_id}/lifting", {"reason": MARK})


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
    yield call("GET", "modes")
    decision = {"mode": "introduce", "municipality_code": None, "from_date": "2026-11-01"}
    yield call("POST", "modes", decision | {"document": MARK, "decided_by": MARK})
    decision_id = client.get(f"{API}/modes").json()["decisions"][0]["decision_id"]
    yield call("DELETE", "modes/{decision_id}", decision_id=decision_id)
    yield call("GET", "audit")
    yield call("GET", "audit/verification")
    days = "from=2020-01-01&until=2100-01-01"
    yield Call("GET", f"{API}/audit/export", f"{API}/audit/export?{days}")
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


def own_calls(client: TestClient, name: str, password: str) -> Iterator[Call]:
    """The same by the applicant a1, whose record is there."""

    def call(method: str, path: str, body: Json | None = None, **ids: str) -> Call:
        return Call(method, f"{API}/{path}", f"{API}/{path.format(**ids)}", body)

    yield call("POST", "session", {"sign_in_name": name, "password": password})
    consent = {"applicant_id": "a1", "municipalities": ["32525"], "until": "2027-03-31", "document": MARK}
    yield call("POST", "consents/rerouting", consent)
    yield call("GET", "consents/rerouting")
    consent_id = client.get(f"{API}/consents/rerouting").json()["consents"][0]["consent_id"]
    yield call("DELETE", "consents/rerouting/{consent_id}", consent_id=consent_id)
    yield call("GET", "me/uses")
    yield call("GET", "me/data")
    yield call("PUT", "me/data/restriction")
    yield call("DELETE", "me/data/restriction")
    last = client.get(f"{API}/decisions?application_id=x1").json()["decisions"][-1]["decision_id"]
    withdrawn = {"application_id": "x1", "state": "withdrawn", "after": last}
    assert client.post(f"{API}/decisions", json=withdrawn).status_code == 201  # whoever was placed is kept for years
    yield call("DELETE", "me/data")


def make(client: TestClient, call: Call) -> int:
    headers = {} if call.content is None else {"Content-Type": "application/octet-stream"}
    sent = client.request(call.method, call.url, json=call.body, content=call.content, headers=headers)
    return sent.status_code
