from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from factory_erp.sync.sandbox.dhgate import SandboxServer
from tests.sync.dhgate.support import Desk, desk


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def sandbox(stack: ExitStack) -> Callable[..., SandboxServer]:
    """Starts a sandbox that stops with the test."""

    def start(*args: Any, **options: Any) -> SandboxServer:
        return stack.enter_context(SandboxServer(*args, **options))

    return start


@pytest.fixture
def connect(stack: ExitStack) -> Callable[..., Desk]:
    """Makes a connector to a sandbox that closes with the test."""

    def make(server: SandboxServer, **options: Any) -> Desk:
        made = desk(server, **options)
        stack.enter_context(made.connector)
        return made

    return make
