"""A process that pulls or pushes, to be killed: ``python -m tests.sync.crash_worker CONFIG``.

It imports everything once and then forks a child for every ``run pull`` or ``run push`` that comes on its
standard input, answering with the child's process id; ``reap`` waits for the child and answers its status.
The child opens its own database connection, so that nothing is shared with one that was killed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy.orm import configure_mappers

from factory_erp.models.database import Database
from factory_erp.services import base, outbox
from factory_erp.sync import engine
from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.base import ConnectorSettings, Token, utc_now
from factory_erp.sync.http.client import Retry, Timeouts
from factory_erp.sync.http.errors import PlatformError

LEASE = timedelta(seconds=1)
"""Longer than a call of this worker can take: at most 0.4 s, and pauses of 5 ms."""

GAVE_UP = 3
"""Exit status of a run that the platform's faults have ended."""


@dataclass(frozen=True, slots=True)
class Job:
    """Where the worker finds its database and its platform."""

    database_url: str
    account_id: int
    gateway: str
    app_key: str
    app_secret: str
    access_token: str

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
    # A message that was killed eight times would be handed to a person; here it has to arrive by itself.
    outbox.GIVE_UP_AFTER = 1000
    try:
        with connector(job) as platform:
            if kind == "pull":
                engine.pull(job.account_id, platform)
            else:
                engine.push(job.account_id, platform, lease=LEASE)
    except PlatformError:
        return GAVE_UP
    return 0


def _child(kind: str, job: Job, database: Database) -> None:
    status = 1
    try:
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
        if command.startswith("run"):
            child = os.fork()
            if child == 0:
                _child(command.split()[1], job, database)
            answer = child
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
