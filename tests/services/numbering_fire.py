"""Clients that issue documents all at once, change their minds, and are killed; then the numbers are counted.

``fire`` starts one process that imports everything once and forks a child per client
(``python -m tests.services.numbering_fire CONFIG``): each has its own connection and no memory in common. A
client writes a document with ``next_number`` taken last, as issuing does, and notes every number whose
transaction was committed. What the database and the notes say is judged afterwards.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, configure_mappers

from factory_erp.models.base import utc_now
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, NumberSeries
from factory_erp.services import base
from factory_erp.services.base import use_case
from factory_erp.services.numbering import next_number

ROOT = Path(__file__).resolve().parents[2]
PREFIX, YEAR = "CI", 2026

ROLLED_BACK = "rolled back"
KILLED = -signal.SIGKILL
NEVER = -1

Ends = Literal["commits", "gives up", "dies"]


@dataclass(frozen=True, slots=True)
class Fire:
    """How many *clients* write *each* so many documents, and give up how often.

    *kills* of them die while they hold a number, and as many are killed from outside at random moments.
    Not *counted*: each takes the greatest number there is and adds one, to see what that would do.
    """

    url: str
    shipment_id: int
    notes: str
    clients: int = 16
    each: int = 10
    rollbacks: float = 0.1
    kills: int = 4
    seed: int = 1
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened. ``unheard``: committed, but killed before the client could note it; times in ms."""

    committed: int
    rolled_back: int
    killed: int
    unheard: int
    gaps: int
    doubles: int
    lost: int
    last: int
    seconds: float
    per_second: float
    median_ms: float
    p99_ms: float
    max_ms: float

    @property
    def wrong(self) -> bool:
        """Whether a number is missing, given twice, or was promised and is not there."""
        return bool(self.gaps or self.doubles or self.lost or self.last != self.committed)


class ChangedMind(Exception):
    """A person cancels after the number was taken."""


@use_case
def write_document(session: Session, fire: Fire, key: str, ends: Ends) -> str:
    """A document with the next number, taken last; none where the person gives up or the program dies."""
    document = Document(
        kind="commercial_invoice",
        number=key,
        revision=1 if fire.counted else zlib.crc32(key.encode()) >> 1,
        shipment_id=fire.shipment_id,
        language="en",
        issued_on=date(YEAR, 11, 23),
        issued_at=utc_now(),
        snapshot="{}",
        file_name=key,
        file_sha256="0" * 64,
        client_key=key,
    )
    session.add(document)
    session.flush()
    document.number = next_number(session, PREFIX, YEAR) if fire.counted else _greatest(session)
    session.flush()
    if ends == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if ends == "gives up":
        raise ChangedMind
    return document.number


def _greatest(session: Session) -> str:
    """One more than the greatest number: what a program without a counter does."""
    there = select(func.max(Document.number)).where(Document.number.like(f"{PREFIX}-{YEAR}-%"))
    return f"{PREFIX}-{YEAR}-{int((session.scalar(there) or '0')[-5:]) + 1:05}"


def _client(fire: Fire, name: str, seed: int, dies_at: int) -> None:
    """One client's work; a line of its notes per transaction that it knows the end of."""
    chance = random.Random(seed)
    base.bind(Database(fire.url))
    notes = os.open(fire.notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for step in range(fire.each):
        began = time.perf_counter()
        try:
            ends: Ends = "gives up" if chance.random() < fire.rollbacks else "commits"
            said = write_document(fire, f"{name}-{step}", "dies" if step == dies_at else ends).value
        except ChangedMind:
            said = ROLLED_BACK
        taken = (time.perf_counter() - began) * 1000
        os.write(notes, (json.dumps([said, taken]) + "\n").encode())


def _fork(fire: Fire, name: str, seed: int, dies_at: int = NEVER) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        _client(fire, name, seed, dies_at)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _run(fire: Fire) -> int:
    """Start the clients, kill some at random moments and put others in their place; how many died so."""
    chance = random.Random(fire.seed)
    half = fire.each // 2
    living = [
        _fork(fire, f"c{one}", fire.seed * 1000 + one, half if one < fire.kills else NEVER)
        for one in range(fire.clients)
    ]
    killed = 0
    for number in range(fire.kills):
        time.sleep(chance.uniform(0.03, 0.12))
        victim = living.pop(chance.randrange(len(living)))
        # Nobody has waited for the child yet: even when it is over, its number is still its own.
        os.kill(victim, signal.SIGKILL)
        killed += _status(victim) == KILLED
        living.append(_fork(fire, f"r{number}", fire.seed * 1000 + 500 + number))
    ends = [_status(child) for child in living]
    if failed := set(ends) - {0, KILLED}:
        raise SystemExit(f"clients failed: {failed}")
    return killed + ends.count(KILLED)


def _status(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fire(plan: Fire) -> Outcome:
    """Let the clients loose on the empty series, and count."""
    command = [sys.executable, "-m", "tests.services.numbering_fire", json.dumps(asdict(plan))]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout)
    return _judge(plan, killed=told["killed"], seconds=told["seconds"])


def _judge(plan: Fire, killed: int, seconds: float) -> Outcome:
    noted = [json.loads(line) for line in Path(plan.notes).read_text(encoding="utf-8").splitlines()]
    promised = [said for said, _ms in noted if said != ROLLED_BACK]
    times = sorted(ms for _said, ms in noted)
    database = Database(plan.url)
    try:
        with database.session() as session:
            stored = list(session.scalars(select(Document.number)))
            last = session.scalar(select(NumberSeries.last).filter_by(series=f"{PREFIX}-{YEAR}")) or 0
    finally:
        database.close()
    gaps, doubles = gaps_and_doubles(stored)
    return Outcome(
        committed=len(stored),
        rolled_back=len(noted) - len(promised),
        killed=killed,
        unheard=len(stored) - len(promised),
        gaps=gaps,
        doubles=max(doubles, gaps_and_doubles(promised)[1]),
        lost=len(set(promised) - set(stored)),
        last=last,
        seconds=round(seconds, 2),
        per_second=round(len(stored) / seconds, 1),
        median_ms=_part(times, 0.5),
        p99_ms=_part(times, 0.99),
        max_ms=_part(times, 1),
    )


def _part(times: Sequence[float], part: float) -> float:
    return round(times[min(len(times) - 1, int(len(times) * part))], 1)


def gaps_and_doubles(numbers: Iterable[str]) -> tuple[int, int]:
    """How many counts from 1 to the greatest are missing, and how many numbers were given again."""
    counts = Counter(int(found[0]) for one in numbers if (found := re.search(r"\d+$", one)))
    greatest = max(counts, default=0)
    return greatest - len(counts), counts.total() - len(counts)


def main() -> None:
    plan = Fire(**json.loads(sys.argv[1]))
    configure_mappers()
    began = time.monotonic()
    killed = _run(plan)
    print(json.dumps({"killed": killed, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
