"""Nothing that would let another speak for an account is ever written down, whatever goes wrong.

Twenty and more secrets are handed out to the program, the platform repeats them in every kind of failure, the
program crashes, a backup is made; then every file and every table is searched for each of them.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from factory_erp.domain.errors import DomainError
from factory_erp.models import Base
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import RunTrigger
from factory_erp.services import outbox
from factory_erp.services.base import use_case
from factory_erp.services.files import workspace
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_runs
from factory_erp.services.upkeep.backup import backup
from factory_erp.sync import engine, runs
from factory_erp.sync.connectors.base import utc_now
from factory_erp.sync.credentials import FileSecrets, KeptToken, MemorySecrets
from factory_erp.sync.engine import SecretName
from factory_erp.sync.http.client import HttpClient
from factory_erp.sync.http.redact import without_echo
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload, tokens
from factory_erp.sync.sandbox.faults import FaultProfile
from factory_erp.sync.sandbox.platform import Form, Reply
from tests import pg
from tests.conftest import MONDAY
from tests.sync.test_runs import add_message

SECRET = "canary-app-secret-5f0c2e9b71d84a63"
PASSPHRASE = "canary-passphrase-0d7b94e1c2a8"
WRITTEN = "TRACK-T000"
"""What is no secret and must be found: the search would find the others too."""

CODES = (
    "InvalidParameter",
    "InsufficientPermission",
    "ServiceTimeout",
    "ApiCallLimit",
    "InvalidAppKey",
    "IllegalAccessToken",
)
"""A refusal, a refused permission, a platform that is away, a ban, wrong credentials, a dead token."""


@dataclass
class Canaries:
    """Secrets that were handed out, each unlike any other text."""

    known: list[str] = field(default_factory=lambda: [SECRET, PASSPHRASE])

    def __call__(self, length: int) -> str:
        made = f"canary{len(self.known):04d}{os.urandom(length).hex()}"
        self.known.append(made)
        return made


@dataclass
class Echo:
    """A platform that repeats what it was sent, secrets and all, in a failure of one kind."""

    code: str = ""
    spared: frozenset[str] = frozenset()
    said: list[str] = field(default_factory=list)

    @contextmanager
    def failing(self, code: str) -> Iterator[None]:
        self.code = code
        yield
        self.code = ""

    def __call__(self, form: Form) -> Reply:
        sent = json.dumps(dict(form))
        self.said.append(sent)
        message = f"session {form.get('access_token', form.get('refresh_token', ''))} is wrong: {sent}"
        body: dict[str, object] = {"code": self.code, "type": "ISV", "message": message, "request_id": "1"}
        return Reply(200, {**body, "access_token": form.get("access_token", ""), "debug": {"form": sent}})


@dataclass
class Office:
    """A factory with one account, its log and its secrets in files of the workspace."""

    db: Database
    server: SandboxServer
    echo: Echo
    canaries: Canaries
    account: int = 0

    def __post_init__(self) -> None:
        self.account = platforms.add_account("alibaba", "Main shop", self.server.url, "sandbox-app").value
        form, version = platforms.account_form(self.account)
        platforms.save_account(replace(form, options={"calls_per_second": "10000"}), version)
        self.secrets = MemorySecrets()
        self.secrets.set(SecretName.APP_SECRET.of(self.key), SECRET)
        with self.db.session(write=True) as session:
            session.add(Item(sku="SKU-1", kind="finished", procurement="make"))

    @property
    def key(self) -> str:
        return engine.account_key(platforms.account(self.account))

    def sign_in(self) -> None:
        with engine.open_connector(platforms.account(self.account), self.secrets) as connector:
            assert connector.sign_in is not None
            connector.sign_in.exchange_code(self.server.state.new_code())
            connector.sign_in.refresh()

    def keep_secrets(self) -> None:
        """What a PC without a keyring does; once, for it is made to be slow."""
        kept = FileSecrets(workspace.current().path / "secrets.bin", PASSPHRASE)
        token = SecretName.TOKEN.of(self.key)
        kept.set(token, self.secrets.get(token) or "")
        logging.getLogger("secrets").info("%r %r", kept, self.secrets)

    def go_wrong(self, error: BaseException) -> None:
        """What the program does with an error that nobody foresaw."""
        view = platforms.account(self.account)
        token = KeptToken(self.secrets, SecretName.TOKEN.of(self.key)).load()
        with engine.open_connector(view, self.secrets) as connector:
            logging.getLogger("crash").critical(
                "unforeseen %r %r %r %r", token, connector, view, self.secrets, exc_info=error
            )

    def run(self) -> None:
        try:
            report = runs.sync_account(self.account, self.secrets, trigger=RunTrigger.HAND)
            logging.getLogger("run").info("%r", report)
        except DomainError as error:
            self.go_wrong(error)


@pytest.fixture
def office(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    canaries, echo = Canaries(), Echo()
    monkeypatch.setattr(tokens, "secrets", SimpleNamespace(token_hex=canaries))
    with ExitStack() as stack:
        stack.enter_context(_logging(workspace.current().log))
        server = SandboxServer(app_secret=SECRET)
        answer = server.platform.answer

        def answered(path: str, form: Form, files: Mapping[str, bytes]) -> Reply:
            return echo(form) if echo.code else answer(path, form, files)

        monkeypatch.setattr(server.platform, "answer", answered)
        stack.enter_context(server)
        server.state.now = utc_now
        yield Office(db, server, echo, canaries)


@contextmanager
def _logging(path: Path) -> Iterator[None]:
    """All that any library says, in the program's log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler, root = logging.FileHandler(path), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


@use_case
def forget_pause(session: object, account_id: int) -> None:
    """Let the account be asked again at once, as after the pause."""
    session.execute(  # type: ignore[attr-defined]
        text("UPDATE platform_account SET retry_at = NULL, state = 'connected' WHERE id = :id"),
        {"id": account_id},
    )


def test_no_secret_is_written_anywhere(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpClient, "reading", lambda _self, call, label="": call())
    for number in range(3):
        lines = [line_payload("SKU-1", "10", "2.50")]
        office.server.state.add(order_payload(f"T{number:03d}", created=MONDAY, modified=MONDAY, lines=lines))
    office.sign_in()
    office.run()
    for number, code in enumerate(CODES):
        add_message(office.account, f"T00{number % 3}", "shipment" if number < 3 else f"kind{number}")
        with office.echo.failing(code):
            office.run()
            with suppress(DomainError):
                office.sign_in()
        office.go_wrong(RuntimeError(code))
        forget_pause(office.account)
        office.sign_in()
    for kind in ("html_200", "truncated_json", "expired_token", "error_inside_200", "dead_refresh"):
        office.server.use_faults(FaultProfile(kind, times=2))
        office.run()
        forget_pause(office.account)
        office.server.use_faults(FaultProfile())
        office.sign_in()
    office.keep_secrets()
    with (workspace.current().log.parent / "crash.log").open("w") as file:
        faulthandler.dump_traceback(file)
    logging.getLogger("outbox").info("%r %r", outbox.rows(), platforms.accounts())

    assert len(office.canaries.known) >= 20
    assert sum(secret in said for secret in office.canaries.known for said in office.echo.said) >= len(CODES)
    assert any("[removed]" in sync_runs.call(row.id).response for row in sync_runs.calls())
    places = [*_files(workspace.current().path), *_database(office.db), *_backup(backup().path, office.db)]
    assert any(WRITTEN.encode() in content for name, content in places if name.startswith("table "))
    assert any(b"/alibaba/order/list" in content for name, content in places if name.endswith(".log"))
    found = [
        f"{secret[:12]} in {name}: …{_around(content, secret)}"
        for name, content in places
        for secret in office.canaries.known
        if secret.encode() in content
    ]
    assert not found


def test_an_answer_keeps_a_token_in_its_own_field_alone() -> None:
    sent = {"refresh_token": "canary-token-1", "client_secret": SECRET, "note": "plain"}
    inner = {"refresh_token": "canary-token-1", "text": "it is canary-token-1"}
    said = {
        "refresh_token": "canary-token-1",
        "message": f"not {SECRET}",
        "token_result": json.dumps(inner),
        "rows": [{"canary-token-1": 1, "note": "plain", "deep": ["canary-token-1"]}],
        "count": 2,
    }
    kept = dict(without_echo(said, sent))
    assert json.loads(str(kept.pop("token_result"))) == {**inner, "text": "it is [removed]"}
    assert kept == {
        "refresh_token": "canary-token-1",
        "message": "not [removed]",
        "rows": [{"[removed]": 1, "note": "plain", "deep": ["[removed]"]}],
        "count": 2,
    }
    assert without_echo(said, {"note": "plain"}) is said


def _around(content: bytes, secret: str) -> str:
    start = content.index(secret.encode())
    return content[max(0, start - 80) : start].decode("utf-8", "replace")


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def _database(db: Database) -> Iterator[tuple[str, bytes]]:
    """Every table, and the files in which the database keeps them and its journal."""
    with db.session() as session:
        for table in Base.metadata.sorted_tables:
            rows = "\n".join(str(tuple(row)) for row in session.execute(select(table)))
            yield f"table {table.name}", rows.encode()
        if not db.is_sqlite:
            session.execute(text("SELECT 1"))
            folder = Path(session.scalar(text("SHOW data_directory")) or "")
            number = session.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    if db.is_sqlite:
        name = Path(db.engine.url.database or "")
        for path in name.parent.glob(f"{name.name}*"):
            yield path.name, path.read_bytes()
        return
    for part in ("pg_wal", f"base/{number}"):
        yield from _files(folder / part)


def _backup(path: Path, db: Database) -> Iterator[tuple[str, bytes]]:
    """The copy as it is and, where it is packed, unpacked."""
    yield path.name, path.read_bytes()
    binaries = pg.server_binaries()
    if db.is_sqlite or binaries is None:
        return
    restored = subprocess.run([binaries / "pg_restore", "-f", "-", path], check=True, capture_output=True)
    assert WRITTEN.encode() in restored.stdout
    yield "pg_restore", restored.stdout
