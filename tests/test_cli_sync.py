"""``factory-erp sync`` and ``factory-erp sandbox``: a whole run, the loop of a server, the archived calls."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from factory_erp import cli, cli_sync
from factory_erp.domain.errors import InvalidValue
from factory_erp.models.database import Database
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.sync.credentials import PASSPHRASE_VARIABLE
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from tests.test_cli import PROGRAM, ROOT, SECRET, connect, open_and

HOUR = timedelta(hours=1)


@pytest.fixture
def platform() -> Iterator[SandboxServer]:
    moment = datetime.now(UTC) - HOUR
    orders = [order_payload("T-1", created=moment, lines=[line_payload("SKU-1", "100", "2.50")])]
    with SandboxServer(orders, app_secret=SECRET) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, platform: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A factory with one account on the sandbox, signed in."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "open sesame")
    path = tmp_path / "factory"
    open_and(path, lambda database: connect(database, path, platform))
    return path


def ran(folder: Path, *words: str) -> tuple[int, Any]:
    """Exit status and the one JSON object of a command."""
    result = CliRunner().invoke(cli.app, ["sync", *words, "--data", str(folder), "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception


def test_a_single_run_says_what_it_did_and_leaves_its_calls(folder: Path) -> None:
    status, said = ran(folder, "run")
    [line] = said["accounts"]
    assert (status, line["account"], line["outcome"], line["created"]) == (0, "Main shop", "done", 1)
    status, said = ran(folder, "calls", "--account", "Main shop", "--limit", "500")
    apis = [call["api"] for call in said["calls"]]
    assert status == 0
    assert {"/alibaba/order/list", "/alibaba/order/get", "/auth/token/create"} <= set(apis)
    assert [call["subject"] for call in ran(folder, "calls", "--subject", "T-1")[1]["calls"]] == ["T-1"]
    assert len(ran(folder, "calls", "--limit", "1")[1]["calls"]) == 1


def test_a_single_run_that_fails_ends_with_1(folder: Path, platform: SandboxServer) -> None:
    platform.state.revoke()
    status, said = ran(folder, "run", "--account", "Main shop")
    [line] = said["accounts"]
    assert (status, line["outcome"]) == (1, "failed")
    assert "authorise the program again" in line["problem"]
    status, said = ran(folder, "run")
    assert (status, said["accounts"][0]["outcome"]) == (1, "waits"), "a server does not knock again and again"


def test_a_paused_account_is_left_out(folder: Path) -> None:
    def pause(_database: Database) -> None:
        platforms.set_paused(platforms.accounts()[0].id, True)

    open_and(folder, pause)
    assert ran(folder, "run") == (0, {"accounts": [{"account": "Main shop", "outcome": "paused"}]})


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200)])
def test_spans_of_time(text: str, seconds: float) -> None:
    assert cli_sync._interval(text) == seconds


@pytest.mark.parametrize("text", ["5", "0m", "m", "-1m", "1d", "five"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        cli_sync._interval(text)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_server_syncs_again_and_again_until_it_is_stopped(
    folder: Path, platform: SandboxServer, stop: signal.Signals
) -> None:
    words = [*PROGRAM, "sync", "run", "--every", "1s", "--data", str(folder), "--json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            first = json.loads(server.stdout.readline())["accounts"][0]
            now = datetime.now(UTC)
            platform.state.add(order_payload("T-2", created=now, lines=[line_payload("SKU-1", "1", "2")]))
            second = json.loads(server.stdout.readline())["accounts"][0]
            server.send_signal(stop)
            _out, err = server.communicate(timeout=10)
        finally:
            server.kill()
    assert (first["created"], second["created"]) == (1, 1)
    assert (server.returncode, err) == (0, "")


def test_a_server_goes_on_when_the_database_was_away_for_a_round(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[str] = []
    present = platforms.accounts

    def accounts() -> list[AccountView]:
        if len(rounds) == 1:
            raise OperationalError("select", {}, Exception("server closed the connection"))
        return present()

    def waited(_stop: object, _seconds: float) -> bool:
        rounds.append("over")
        return len(rounds) == 3

    monkeypatch.setattr(platforms, "accounts", accounts)
    monkeypatch.setattr(cli_sync, "_stopped_within", waited)
    result = CliRunner().invoke(cli.app, ["sync", "run", "--every", "5m", "--data", str(folder), "--json"])
    assert result.exit_code == 0
    lines = [json.loads(line)["accounts"][0] for line in result.stdout.splitlines()]
    assert [line["outcome"] for line in lines] == ["done", "failed", "done"]
    assert lines[1]["problem"] == "server closed the connection"


def test_a_server_survives_that_a_platform_is_down(folder: Path, platform: SandboxServer) -> None:
    words = [*PROGRAM, "sync", "run", "--every", "1s", "--data", str(folder), "--json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            first = json.loads(server.stdout.readline())["accounts"][0]
            platform.stop()
            # A read is repeated for a while before the platform counts as away: a stop is heard meanwhile.
            server.send_signal(signal.SIGTERM)
            out, _err = server.communicate(timeout=20)
        finally:
            server.kill()
    assert (first["outcome"], server.returncode) == ("done", 0)
    assert all(json.loads(line)["accounts"] for line in out.splitlines())


def test_people_read_a_line_for_each_account(folder: Path) -> None:
    result = CliRunner().invoke(cli.app, ["sync", "run", "--data", str(folder)])
    assert result.exit_code == 0
    assert result.stdout.startswith("Main shop · done · created 1")


def test_the_sandbox_of_dhgate_serves_until_it_is_stopped() -> None:
    words = [*PROGRAM, "sandbox", "dhgate", "--json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            said = json.loads(server.stdout.readline())
            assert requests.get(said["state"], timeout=5).status_code == 200
            server.send_signal(signal.SIGTERM)
            out, err = server.communicate(timeout=5)
        finally:
            server.kill()
    assert said["orders"] > 0
    assert (server.returncode, out, err) == (0, "", "")
