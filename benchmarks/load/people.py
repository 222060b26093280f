"""What officers and applicants do, one request after the other, with time to read in between."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import numpy as np

from benchmarks.load.http import Client, Json

__all__ = ["APPLICANT_MIX", "OFFICER_MIX", "Applicant", "Officer", "ask_health"]

API = "/api/v1"
_STEPS = {"received": "seen", "seen": "shortlisted", "shortlisted": "interview"}
OFFICER_MIX = {"postings": 0.15, "candidates": 0.5, "applicant": 0.25, "step": 0.1}
APPLICANT_MIX = {
    "recommendations": 0.45,
    "postings": 0.2,
    "profile": 0.15,
    "edit": 0.08,
    "apply": 0.08,
    "withdraw": 0.04,
}


@dataclass
class _Person(ABC):
    client: Client
    rng: np.random.Generator
    think_seconds: float

    async def act(self, until: Callable[[], bool]) -> None:
        """Act until the time is over."""
        await asyncio.sleep(float(self.rng.uniform(0, self.think_seconds)))
        while not until():
            await self.step()
            await asyncio.sleep(min(float(self.rng.exponential(self.think_seconds)), 3 * self.think_seconds))

    @abstractmethod
    async def step(self) -> None:
        """Do one thing."""

    def chosen(self, mix: dict[str, float]) -> str:
        """One of the things people do."""
        return str(self.rng.choice(list(mix), p=np.array(list(mix.values())) / sum(mix.values())))

    def one(self, among: Sequence[str]) -> str:
        """Any of several ids."""
        return among[int(self.rng.integers(len(among)))]


@dataclass
class Officer(_Person):
    """A coordinator of one municipality."""

    postings: Sequence[str] = ()
    people: list[str] = field(default_factory=list)

    async def step(self) -> None:
        """List postings, read a list, open a person or decide about an application."""
        doing: dict[str, Callable[[], Awaitable[None]]] = {
            "postings": self._list,
            "candidates": self._candidates,
            "applicant": self._open,
            "step": self._decide,
        }
        await doing[self.chosen(OFFICER_MIX)]()

    async def _list(self) -> None:
        await self.client.ask("officer: list postings", "GET", f"{API}/postings")

    async def _candidates(self) -> None:
        posting = self.one(self.postings)
        name = "officer: candidates"
        answer = await self.client.ask(name, "GET", f"{API}/postings/{quote(posting)}/candidates")
        self.people = [line["applicant_id"] for line in answer.body.get("candidates", ())] or self.people

    async def _open(self) -> None:
        if not self.people:
            await self._candidates()
            return
        await self.client.ask("officer: open an applicant", "GET", f"{API}/applicants/{quote(self.one(self.people))}")

    async def _decide(self) -> None:
        path = f"{API}/applications?posting_id={quote(self.one(self.postings))}"
        found = await self.client.ask("officer: list applications", "GET", path)
        for application in found.body.get("applications", ()):
            said = f"{API}/decisions?application_id={quote(application['application_id'])}&limit=100"
            taken = await self.client.ask("officer: read decisions", "GET", said)
            last = (taken.body.get("decisions") or [None])[-1]
            state = _STEPS.get("received" if last is None else last["state"])
            if state is not None and application.get("status", "received") != "withdrawn":
                body = {
                    "application_id": application["application_id"],
                    "state": state,
                    "after": None if last is None else last["decision_id"],
                    "reason": "面接の前に話を聞きたいため",
                }
                # 409: another officer, or the applicant, was first; that is an answer and no error
                await self.client.ask(
                    "officer: change a status", "POST", f"{API}/decisions", body=body, expected=(201, 409)
                )
                return


@dataclass
class Applicant(_Person):
    """A person with a record of their own."""

    applicant_id: str = ""
    number: int = 0

    async def step(self) -> None:
        """Read recommendations or postings, look at and edit the profile, apply or withdraw."""
        doing: dict[str, Callable[[], Awaitable[None]]] = {
            "recommendations": self.open_places,
            "postings": self._list,
            "profile": self._profile,
            "edit": self._edit,
            "apply": self._apply,
            "withdraw": self._withdraw,
        }
        await doing[self.chosen(APPLICANT_MIX)]()

    @property
    def _own(self) -> str:
        return f"{API}/applicants/{quote(self.applicant_id)}"

    async def open_places(self) -> None:
        """Read the own list of places."""
        await self.client.ask("applicant: recommendations", "GET", f"{self._own}/recommendations")

    async def _list(self) -> None:
        await self.client.ask("applicant: list postings", "GET", f"{API}/postings?limit=50")

    async def _profile(self) -> None:
        await self.client.ask("applicant: own profile", "GET", self._own)

    async def _edit(self) -> None:
        answer = await self.client.ask("applicant: own profile", "GET", self._own)
        if answer.status != 200:
            return
        body: Json = {key: value for key, value in answer.body.items() if value is not None}
        profile: Json = dict(body.get("selection_profile") or {})
        self.number += 1
        profile["plan_text"] = f"{profile.get('plan_text') or ''}{self.number}年目は仲間を増やしたいです。"
        tag = {"If-Match": answer.headers["etag"]}
        await self.client.ask(
            "applicant: edit profile", "PUT", self._own, body={**body, "selection_profile": profile}, headers=tag
        )

    async def _apply(self) -> None:
        found = await self.client.ask("applicant: list postings", "GET", f"{API}/postings?limit=50")
        open_ones = [posting["posting_id"] for posting in found.body.get("postings", ())]
        if open_ones:
            self.number += 1
            body = {
                "application_id": f"load-{self.applicant_id}-{self.number}",
                "applicant_id": self.applicant_id,
                "posting_id": self.one(open_ones),
            }
            await self.client.ask("applicant: apply", "POST", f"{API}/applications", body=body, expected=(201, 409))

    async def _withdraw(self) -> None:
        found = await self.client.ask("applicant: own applications", "GET", f"{API}/applications")
        for application in found.body.get("applications", ()):
            if application.get("status", "received") == "received":
                body = {
                    "application_id": application["application_id"],
                    "state": "withdrawn",
                    "after": None,
                    "reason": "ほかの道に進むため",
                }
                await self.client.ask("applicant: withdraw", "POST", f"{API}/decisions", body=body, expected=(201, 409))
                return


async def ask_health(client: Client, until: Callable[[], bool], *, pause_seconds: float = 0.5) -> None:
    """Ask the service whether it is there, for the time the loop and the machine need at least."""
    while not until():
        await client.ask("bare GET /health", "GET", "/health")
        await asyncio.sleep(pause_seconds)
