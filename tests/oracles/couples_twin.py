"""Couples let in one at a time, in pure Python from the description of the mechanism: no arrays, no shared code."""

from __future__ import annotations

from bisect import insort

import numpy as np

from matching.couples import Couples
from matching.market import Market
from tests.oracles.couples import joint_lists
from tests.oracles.enumeration import strict_lists

Choice = tuple[int, int]
Saved = tuple[list[int], list[int], list[list[tuple[int, int]]], set[int]]
MASK = 2**64 - 1


class CouplesTwin:
    """Who holds what while couples are let in; strict lists."""

    def __init__(self, market: Market, couples: Couples) -> None:
        self.n = market.n_applicants
        self.own, self.lists = strict_lists(market.applicants), strict_lists(market.postings)
        self.rank = [{a: r for r, a in enumerate(row)} for row in self.lists]
        self.own_rank = [{p: r for r, p in enumerate(row)} for row in self.own]
        self.members = [(int(a), int(b)) for a, b in couples.members]
        self.couple_of = {a: c for c, pair in enumerate(self.members) for a in pair}
        self.choices = [
            [ch for ch in row if all(p < 0 or a in self.rank[p] for a, p in zip(pair, ch, strict=True))]
            for pair, row in zip(self.members, joint_lists(couples), strict=True)
        ]
        self.seats = market.capacity.tolist()
        self.place = [-1] * self.n
        self.choice = [len(row) for row in self.choices]
        self.held: list[list[tuple[int, int]]] = [[] for _ in self.seats]
        self.let_in: set[int] = set()
        self.stack: list[int] = []
        self.vacant: list[int] = []

    def save(self) -> Saved:
        return self.place[:], self.choice[:], [row[:] for row in self.held], set(self.let_in)

    def load(self, saved: Saved) -> None:
        place, choice, held, let_in = saved
        self.place, self.choice, self.held, self.let_in = place[:], choice[:], [row[:] for row in held], set(let_in)

    def push(self, agent: int) -> None:
        if agent not in self.stack:
            self.stack.append(agent)

    def leave(self, applicant: int) -> None:
        posting = self.place[applicant]
        if posting >= 0:
            self.held[posting].remove((self.rank[posting][applicant], applicant))
            self.place[applicant] = -1
            if posting not in self.vacant:
                self.vacant.append(posting)

    def sit(self, applicant: int, posting: int) -> None:
        insort(self.held[posting], (self.rank[posting][applicant], applicant))
        self.place[applicant] = posting

    def settle(self, posting: int) -> None:
        while len(self.held[posting]) > self.seats[posting]:
            _, ousted = self.held[posting].pop()
            self.place[ousted] = -1
            couple = self.couple_of.get(ousted)
            if couple is None:
                self.push(ousted)
            else:
                self.withdraw(couple)
                self.push(self.n + couple)

    def withdraw(self, couple: int) -> None:
        for member in self.members[couple]:
            self.leave(member)
        self.choice[couple] = len(self.choices[couple])

    def admits(self, posting: int, applicant: int) -> bool:
        holders = self.held[posting]
        if len(holders) < self.seats[posting]:
            return True
        return bool(holders) and self.rank[posting][applicant] < holders[-1][0]

    def keeps(self, couple: int, choice: Choice) -> bool:
        pair = self.members[couple]
        for posting in {p for p in choice if p >= 0}:
            asked = [a for a, p in zip(pair, choice, strict=True) if p == posting]
            worst = max(self.rank[posting][a] for a in asked)
            ahead = sum(rank <= worst and a not in pair for rank, a in self.held[posting])
            if ahead + len(asked) > self.seats[posting]:
                return False
        return True

    def serve_single(self, applicant: int) -> None:
        for posting in self.own[applicant]:
            if posting == self.place[applicant]:
                return
            if applicant in self.rank[posting] and self.admits(posting, applicant):
                self.move(applicant, posting)
                return

    def move(self, applicant: int, posting: int) -> None:
        self.leave(applicant)
        self.sit(applicant, posting)
        self.settle(posting)

    def serve_couple(self, couple: int) -> None:
        for at in range(self.choice[couple]):
            choice = self.choices[couple][at]
            if self.keeps(couple, choice):
                self.withdraw(couple)
                for member, posting in zip(self.members[couple], choice, strict=True):
                    if posting >= 0:
                        self.sit(member, posting)
                self.choice[couple] = at
                for posting in choice:
                    if posting >= 0:
                        self.settle(posting)
                self.push(self.n + couple)
                return

    def fill(self, posting: int) -> None:
        for applicant in self.lists[posting]:
            if not self.admits(posting, applicant):
                if self.place[applicant] == posting:
                    continue
                return
            couple = self.couple_of.get(applicant)
            if couple is not None:
                if couple in self.let_in and self.choice[couple] > 0:
                    self.push(self.n + couple)
                continue
            wish, held = self.own_rank[applicant].get(posting), self.place[applicant]
            if wish is not None and (held < 0 or wish < self.own_rank[applicant][held]):
                self.move(applicant, posting)

    def restore(self, patience: int, limit: int, seed: int) -> bool:
        draw, steps = (2 * seed + 1) & MASK, 0
        while self.stack or self.vacant:
            steps += 1
            if steps > limit:
                self.stack, self.vacant = [], []
                return False
            if not self.stack:
                self.fill(self.vacant.pop())
                continue
            if steps > patience:
                draw ^= (draw << 13) & MASK
                draw ^= draw >> 7
                draw ^= (draw << 17) & MASK
                at = draw % len(self.stack)
                self.stack[at], self.stack[-1] = self.stack[-1], self.stack[at]
            agent = self.stack.pop()
            if agent < self.n:
                self.serve_single(agent)
            else:
                self.serve_couple(agent - self.n)
        return True


def match_couples_in_python(
    market: Market, couples: Couples, *, rng: np.random.Generator, effort: int, patience: int = 1_000
) -> tuple[list[int], int]:
    """The places after the first order that leaves no couple out, or after the last, and how many are left out."""
    twin = CouplesTwin(market, couples)
    for applicant in range(market.n_applicants - 1, -1, -1):
        if applicant not in twin.couple_of:
            twin.push(applicant)
    twin.restore(2**60, 2**60, 0)
    singles_placed = twin.save()
    order = rng.permutation(couples.n_couples)
    seeds: list[int] = rng.integers(2**31, size=effort).tolist()
    waiting: list[int] = []
    for seed in seeds:
        twin.load(singles_placed)
        waiting = order.tolist()
        for _ in range(2):
            left_out: list[int] = []
            for turn, couple in enumerate(waiting):
                before = twin.save()
                twin.let_in.add(couple)
                twin.push(market.n_applicants + couple)
                if not twin.restore(patience, 2 * patience, seed + turn):
                    twin.load(before)
                    left_out.append(couple)
            waiting = left_out
        if not waiting:
            break
        others = np.setdiff1d(order, waiting)
        order = np.concatenate([rng.permutation(np.array(waiting)), rng.permutation(others)])
    return twin.place, len(waiting)
