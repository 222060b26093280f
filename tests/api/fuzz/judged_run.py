"""A number of malformed requests through doors at random, every answer and every log line judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Final

import anyio

from tests.api.fuzz.asking import Raw, ask
from tests.api.fuzz.every_place import every_place
from tests.api.fuzz.filled_service import DOORS, OFF, WHOEVER_MAY, FilledService
from tests.api.fuzz.leaks import Judge, faults_of, listening
from tests.api.fuzz.malformed import SENT, Target, malformed, targets
from tests.api.fuzz.marked import marks_in

__all__ = ["Judged", "run_every_place", "run_malformed"]

_LONGEST: Final = 60  # seconds of one answer on a busy machine; what takes longer hangs


@dataclass
class Judged:
    """How many requests of each status there were, and each fault as one line."""

    statuses: Counter[int] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run_malformed(service: FilledService, *, number: int, seed: int) -> Judged:
    """``number`` requests of every family."""
    rng = Random(seed)
    known = targets(service.document, service.ids)
    return anyio.run(_judge, service, known, islice(malformed(known, service.ids, rng), number), rng)


def run_every_place(service: FilledService) -> Judged:
    """Each place of each body and each parameter, with what databases and dates do not take."""
    known = targets(service.document, service.ids)
    return anyio.run(_judge, service, known, every_place(known), None)


async def _judge(service: FilledService, known: list[Target], requests: Iterable[Raw], rng: Random | None) -> Judged:
    judge, judged = Judge(service.document, known), Judged()
    with listening() as lines:
        for raw in requests:
            doors = [WHOEVER_MAY] if rng is None else [WHOEVER_MAY, OFF, rng.choice(DOORS)]
            service.through(doors[0] if rng is None else rng.choices(doors, [6, 1, 3])[0])
            judged.families[raw.family.partition(" at ")[0]] += 1
            for fault in await _faults(service, judge, raw, judged):
                judged.faults.append(f"{raw.operation}, {raw.family}, {service.door}: {fault}")
    judged.faults += [f"logged: {line[:200]}" for line in lines if marks_in(line) or SENT in line]
    return judged


async def _faults(service: FilledService, judge: Judge, raw: Raw, judged: Judged) -> list[str]:
    try:
        answer = await ask(service, raw, seconds=_LONGEST)
    except Exception as error:  # noqa: BLE001 -- whatever comes out of the service instead of an answer is the finding
        return [f"broke with {type(error).__name__}"]
    judged.statuses[answer.status] += 1
    faults = list(faults_of(answer, raw, service.role(raw.method, raw.path.decode("ascii", "replace"))))
    if 0 < answer.status < 400 and judge.must_refuse(raw):
        faults.append(f"accepted with {answer.status}")
    return faults
