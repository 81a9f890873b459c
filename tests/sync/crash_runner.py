"""Starting runs in a process of their own, and killing them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.sync.crash_worker import BUSY, GAVE_UP, WAITS, Job

KILLED = -signal.SIGKILL

ROOT = Path(__file__).resolve().parents[2]
_LOOK_AGAIN = 0.002


class Worker:
    """Starts runs in a process of their own and kills them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.exits: Counter[int] = Counter()

    def run(self, kind: str, kill_after: float | None = None) -> int:
        """The exit status of one run, −9 when it was killed after *kill_after* seconds."""
        child = self.start(kind)
        if kill_after is not None:
            time.sleep(kill_after)
            # Nobody has waited for the child yet: even when it is over, its number is still its own.
            os.kill(child, signal.SIGKILL)
        return self.reap(kind)

    def run_until(
        self, kind: str, moment: datetime | None, now_dies: Callable[[], bool], grace: float = 0.0
    ) -> int:
        """The exit status of one run at *moment*, killed *grace* seconds after *now_dies* says so."""
        child = self.start(kind, moment)
        while (answer := self._ask("poll")) == "-":
            if now_dies():
                time.sleep(grace)
                os.kill(child, signal.SIGKILL)
                return self.reap(kind)
            time.sleep(_LOOK_AGAIN)
        return self._exit(kind, int(answer))

    def start(self, kind: str, moment: datetime | None = None) -> int:
        """Begin a run; the number of its process, which stays its own until it is reaped."""
        return int(self._ask(f"run {kind} {moment.isoformat() if moment else ''}"))

    def reap(self, kind: str) -> int:
        """Wait for the end of the run; its exit status."""
        return self._exit(kind, int(self._ask("reap")))

    def timed(self, kind: str) -> float:
        """Seconds of an undisturbed run."""
        began = time.monotonic()
        self.run(kind)
        return time.monotonic() - began

    def _exit(self, kind: str, status: int) -> int:
        self.exits[status] += 1
        assert status in {0, GAVE_UP, BUSY, WAITS, KILLED}, f"the {kind} itself failed: status {status}"
        return status

    def _ask(self, command: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def worker(job: Job) -> Iterator[Worker]:
    """A worker for *job* that ends with the block."""
    command = [sys.executable, "-m", "tests.sync.crash_worker", job.to_json()]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Worker(process)
