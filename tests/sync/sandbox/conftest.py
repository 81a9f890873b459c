from collections.abc import Iterator

import pytest
import requests

from factory_erp.sync.sandbox.alibaba import SandboxServer
from tests.sync.connectors.support import some_orders
from tests.sync.sandbox.alibaba_calls import Caller


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


@pytest.fixture
def caller(web: requests.Session) -> Iterator[Caller]:
    """A client of a sandbox of Alibaba.com with five orders of twelve pieces at 3.50."""
    with SandboxServer(some_orders(5)) as server:
        yield Caller(server, web)
