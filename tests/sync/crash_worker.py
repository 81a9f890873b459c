"""A process that syncs, to be killed: ``python -m tests.sync.crash_worker CONFIG``.

It imports everything once and then forks a child for every ``run KIND [MOMENT]`` that comes on its standard
input, answering with the child's process id. ``reap`` waits for the child and answers its status; ``poll``
answers it if the child is over, else "-". The child opens its own database connection, so that nothing is
shared with one that was killed.

``pull`` and ``push`` are the engine's two halves over a bare connector. ``orders`` and ``outbox`` are those
parts of a whole run of the account: lease, history, archive, sign-in. With a MOMENT it is that time for us
(not for the platform), so that hours may pass between two runs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from factory_erp.models.database import Database
from factory_erp.models.platforms import RunOutcome, RunTrigger
from factory_erp.services import base, clock, outbox
from factory_erp.services.platforms import sync_leases
from factory_erp.sync import engine, gate, runs
from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.base import ConnectorSettings, Token, utc_now
from factory_erp.sync.http.client import Retry, Timeouts
from factory_erp.sync.http.errors import PlatformError, Stopped
from factory_erp.sync.runs import AccountBusy, AccountWaits, Part

LEASE = timedelta(seconds=1)
"""Longer than a call of this worker can take: at most 0.4 s, and pauses of 5 ms."""

GAVE_UP, BUSY, WAITS = 3, 4, 5
"""Exit statuses of a run: the platform's faults have ended it, somebody else had the account, it rests."""

LONGEST_PAUSE = 0.002
"""Seconds of a pause for which a program would wait much longer."""


@dataclass(frozen=True, slots=True)
class Job:
    """Where the worker finds its database and its platform.

    Whole runs need ``secrets`` (a file for ``FileSecretsOfTests``) and hold the account for ``lease``
    seconds, renewing it; the halves need the rest.
    """

    database_url: str
    account_id: int
    gateway: str = ""
    app_key: str = ""
    app_secret: str = ""
    access_token: str = ""
    secrets: str = ""
    lease: float = 1.0

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class OneToken:
    """A token that lasts longer than the test."""

    def __init__(self, access_token: str) -> None:
        self._token = Token(access_token, "", utc_now() + timedelta(days=1), None)

    def load(self) -> Token | None:
        return self._token

    def save(self, token: Token) -> None:
        raise AssertionError("nobody asked for a new token")


class FileSecretsOfTests:
    """Secrets in a plain file that is replaced whole: what a keyring does, across processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str | None:
        return self._known().get(name)

    def set(self, name: str, value: str) -> None:
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps({**self._known(), name: value}), encoding="utf-8")
        draft.replace(self._path)

    def _known(self) -> dict[str, str]:
        return json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}


def connector(job: Job) -> AlibabaConnector:
    settings = ConnectorSettings(
        app_key=job.app_key,
        app_secret=job.app_secret,
        gateway=job.gateway,
        page_size=10,
        calls_per_second=100_000,
        burst=100_000,
        timeouts=Timeouts(connect=0.4, read=0.4),
        retry=Retry(),
        sleep=lambda seconds: time.sleep(min(seconds, 0.005)),
    )
    return AlibabaConnector(settings, OneToken(job.access_token))


def work(kind: str, job: Job, database: Database) -> int:
    """One run, as the window's sync job makes it; the exit status."""
    base.bind(database)
    outbox.BACKOFF = timedelta(milliseconds=20)
    try:
        return _halves(kind, job) if kind in {"pull", "push"} else _whole(Part(kind), job)
    except PlatformError:
        return GAVE_UP
    except AccountBusy:
        return BUSY
    except AccountWaits:
        return WAITS


def _halves(kind: str, job: Job) -> int:
    # A message that was killed eight times would be handed to a person; here it has to arrive by itself.
    outbox.GIVE_UP_AFTER = 1000
    with connector(job) as platform:
        if kind == "pull":
            engine.pull(job.account_id, platform)
        else:
            engine.push(job.account_id, platform, lease=LEASE)
    return 0


def _whole(part: Part, job: Job) -> int:
    _hurry(job)
    secrets = FileSecretsOfTests(Path(job.secrets))
    report = runs.sync_account(job.account_id, secrets, trigger=RunTrigger.SERVER, parts=[part])
    return 0 if report.outcome is RunOutcome.DONE else GAVE_UP


def _hurry(job: Job) -> None:
    """The same program with shorter leases and pauses: nothing else about it is changed."""
    changes: tuple[tuple[object, str, object], ...] = (
        (sync_leases, "take", partial(sync_leases.take, seconds=job.lease)),
        (sync_leases, "renew", partial(sync_leases.renew, seconds=job.lease)),
        (gate, "RENEW_AFTER", job.lease / 10),
        (gate.Gate, "sleep", _short_sleep),
        (engine, "push", partial(engine.push, lease=LEASE)),
    )
    for owner, name, value in changes:
        setattr(owner, name, value)


def _short_sleep(self: gate.Gate, seconds: float) -> None:
    if self.cancelled:
        raise Stopped
    time.sleep(min(seconds, LONGEST_PAUSE))


def _child(kind: str, moment: str, job: Job, database: Database) -> None:
    status = 1
    try:
        with ExitStack() as stack:
            if moment:
                stack.enter_context(clock.at(datetime.fromisoformat(moment)))
            status = work(kind, job, database)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def main() -> None:
    job = Job(**json.loads(sys.argv[1]))
    configure_mappers()
    # No connection yet: the engine is only told where the database is.
    database = Database(job.database_url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    child = 0
    for command in sys.stdin:
        answer: int | str
        if command.startswith("run"):
            kind, _space, moment = command.removeprefix("run").strip().partition(" ")
            child = os.fork()
            if child == 0:
                _child(kind, moment, job, database)
            answer = child
        else:
            over, status = os.waitpid(child, os.WNOHANG if command.startswith("poll") else 0)
            answer = os.waitstatus_to_exitcode(status) if over else "-"
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
