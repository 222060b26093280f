"""Pure-Python twins of the compiled kernels, written from the papers and sharing no code with them."""

from __future__ import annotations

from collections import deque
from heapq import heappush, heappushpop

Lists = list[list[int]]


def priority_tables(postings: Lists) -> list[dict[int, int]]:
    """For every posting: applicant -> rank."""
    return [{applicant: rank for rank, applicant in enumerate(row)} for row in postings]


def deferred_acceptance_by_applicants(
    applicants: Lists, priority: list[dict[int, int]], capacity: list[int]
) -> list[int]:
    """Gale and Shapley's algorithm with a heap a posting; strict lists."""
    posting_of = [-1] * len(applicants)
    following = [0] * len(applicants)
    held: list[list[tuple[int, int]]] = [[] for _ in capacity]
    waiting = list(range(len(applicants)))
    while waiting:
        applicant = waiting.pop()
        wishes = applicants[applicant]
        while following[applicant] < len(wishes):
            posting = wishes[following[applicant]]
            following[applicant] += 1
            rank = priority[posting].get(applicant)
            if rank is None or capacity[posting] == 0:
                continue
            if len(held[posting]) < capacity[posting]:
                heappush(held[posting], (-rank, applicant))
                posting_of[applicant] = posting
                break
            refused = heappushpop(held[posting], (-rank, applicant))[1]
            if refused != applicant:
                posting_of[applicant], posting_of[refused] = posting, -1
                waiting.append(refused)
                break
    return posting_of


def deferred_acceptance_by_postings(applicants: Lists, postings: Lists, capacity: list[int]) -> list[int]:
    """The same with the postings proposing, in rounds."""
    rank_of = [{posting: rank for rank, posting in enumerate(row)} for row in applicants]
    posting_of = [-1] * len(applicants)
    following = [0] * len(postings)
    queue = deque(range(len(postings)))
    while queue:
        posting = queue.popleft()
        while posting_of.count(posting) < capacity[posting] and following[posting] < len(postings[posting]):
            applicant = postings[posting][following[posting]]
            following[posting] += 1
            if posting not in rank_of[applicant]:
                continue
            holder = posting_of[applicant]
            if holder < 0 or rank_of[applicant][posting] < rank_of[applicant][holder]:
                posting_of[applicant] = posting
                if holder >= 0:
                    queue.append(holder)
    return posting_of


def serial_dictatorship(applicants: Lists, postings: Lists, capacity: list[int], order: list[int]) -> list[int]:
    """Each in turn takes the first listed posting that lists them and has a seat."""
    left = list(capacity)
    posting_of = [-1] * len(applicants)
    for applicant in order:
        for posting in applicants[applicant]:
            if left[posting] > 0 and applicant in postings[posting]:
                posting_of[applicant] = posting
                left[posting] -= 1
                break
    return posting_of
