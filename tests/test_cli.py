"""The command line: one JSON object or a plain sentence, exit status 0 or 1, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image
from sqlalchemy import select

from factory_erp import __version__, cli
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxMessage
from factory_erp.models.sales import SalesOrder
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.upkeep.opening import opened
from factory_erp.sync import engine
from factory_erp.sync.credentials import PASSPHRASE_VARIABLE, FileSecrets
from factory_erp.sync.engine import SecretName
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from tests.services.factory import a_cup_factory, an_order, in_stock
from tests.services.shipping_factory import Factory

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-m", "factory_erp"]
NOUNS = (
    "today", "sales", "inquiries", "shipping", "credits", "documents", "rebates", "products", "catalog",
    "prices", "material", "board", "production", "engineering", "platforms", "listings", "exchange",
    "settings",
)  # fmt: skip
DARK = ("today", "sales", "shipping", "production", "board", "material", "catalog", "platforms", "settings")
"""Pages that are photographed in the dark too: the others are made of the same parts."""
SECRET = "sandbox-secret"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output."""
        assert self.status == 0, self.err
        assert self.out.count("\n") == 1
        answer = json.loads(self.out)
        assert isinstance(answer, dict)
        return answer

    def refused(self) -> list[str]:
        """The sentences of a command that could not be done."""
        assert (self.status, self.out) == (1, "")
        assert "Traceback" not in self.err
        return self.err.splitlines()


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call the program's entry point as a shell would."""
    monkeypatch.setenv("FACTORY_ERP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["factory-erp", *map(str, words)])
        status = 0
        try:
            copy_context().run(cli.main)
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


def process(*words: object, **environment: str) -> Said:
    """A real process."""
    done = subprocess.run(
        [*PROGRAM, *map(str, words)],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def open_and(path: Path, work: Callable[[Database], None]) -> None:
    """Do something in the factory at *path*, with nothing of it left bound."""

    def inside() -> None:
        with opened(path) as (_workspace, database):
            work(database)

    copy_context().run(inside)


# The demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """One headless run with pictures: its folder, and what it printed."""
    out = tmp_path_factory.mktemp("demo")
    return out, process("demo", "--headless", "--out", out, "--json").json


def test_the_headless_demo_tells_the_whole_journey(demo: tuple[Path, Any]) -> None:
    out, journey = demo
    figures = ("orders_pulled", "production_orders", "operations_scheduled", "shipments", "seconds")
    assert set(journey) == {*figures, "documents", "papers", "screenshots", "walk"}
    assert all(journey[name] > 0 for name in figures)
    assert journey["orders_pulled"] >= 20
    walk = journey["walk"]
    assert walk["promise_reasons"]
    assert walk["state"] == "ready"
    assert walk["ready_on"] <= walk["promised_on"]
    assert min(walk[name] for name in ("make_suggestions", "buy_suggestions", "production_orders")) > 0
    assert walk["cost_after"] <= walk["cost_before"]
    kinds = [paper["kind"] for paper in journey["documents"]]
    assert kinds.count("commercial_invoice") == kinds.count("packing_list") >= 3
    assert len({paper["number"] for paper in journey["documents"]}) == len(kinds)
    for paper in journey["documents"]:
        path = Path(paper["path"])
        assert path.parent == out / "documents"
        assert path.name.startswith(paper["number"])
        assert path.read_bytes().startswith(b"%PDF-")


def test_the_headless_demo_writes_a_whole_set_that_agrees(demo: tuple[Path, Any]) -> None:
    out, journey = demo
    papers = journey["papers"]
    assert (papers["findings"], papers["credit"]) == (0, "SHB26LC004471")
    assert papers["folder"] == str(out / "documents" / papers["shipment"])
    assert {path.name for path in Path(papers["folder"]).iterdir()} == set(papers["files"])
    endings = Counter(name.partition(".")[2] for name in papers["files"])
    assert endings["pdf"] > 12
    assert {"zip", "xlsx", "ubl.xml", "cii.xml", "despatch-advice.xml", "decmessage.xml", "pdfa.pdf"} <= set(
        endings
    )


def test_every_page_is_photographed_in_each_language_and_theme(demo: tuple[Path, Any]) -> None:
    out, journey = demo
    poses = [tuple(Path(path).stem.rsplit("-", 2)) for path in journey["screenshots"]]
    views = {view for view, _tongue, _look in poses}
    planning = {"board-load", "board-whatif", "material-pegging", "inquiries-promise", "sales-changed"}
    papers = {"credits-record", "documents-record", "shipping-check", "shipping-containers", "shipping-send"}
    assert {*NOUNS, "sales-record", "shipping-record", *planning, *papers} <= views
    light, dark = product(views, ("en", "zh_CN"), ("light",)), product(DARK, ("en", "zh_CN"), ("dark",))
    assert sorted(poses) == sorted([*light, *dark])
    named = {pose: out / "screenshots" / f"{'-'.join(pose)}.png" for pose in poses}
    assert {str(path) for path in named.values()} == set(journey["screenshots"])
    pictures = {pose: photograph(path) for pose, path in named.items()}
    assert all(picture.colours > 30 for picture in pictures.values()), pictures
    assert len({picture.pixels for picture in pictures.values()}) == len(poses)
    for view, tongue, look in poses:
        assert (pictures[view, tongue, look].brightness > 128) is (look == "light")


@dataclass(frozen=True)
class Picture:
    """How many colours, how bright from 0 to 255, and a hash of the pixels."""

    colours: int
    brightness: float
    pixels: int


def photograph(path: Path) -> Picture:
    with Image.open(path) as found:
        picture = found.convert("RGB")
    assert picture.width >= 1100
    # Every fourth pixel of every fourth row is enough to tell a page from a blank one.
    sample = picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.NEAREST)
    grey = sample.convert("L").histogram()
    brightness = sum(level * count for level, count in enumerate(grey)) / sum(grey)
    return Picture(len(sample.getcolors(1 << 24) or []), brightness, hash(picture.tobytes()))


def test_a_demo_is_built_anew_in_its_own_folder_and_its_books_are_sound(
    demo: tuple[Path, Any], run: Run
) -> None:
    out, first = demo
    left_behind = out / "workspace" / "left-behind.txt"
    left_behind.write_text("of the first run")
    again = run("demo", "--headless", "--no-pictures", "--out", out, "--json").json
    assert again["screenshots"] == []
    assert {name: again[name] for name in ("orders_pulled", "shipments")} == {
        name: first[name] for name in ("orders_pulled", "shipments")
    }
    assert not left_behind.exists()
    assert run("database", "check", "--data", out / "workspace", "--json").json["findings"] == []


@pytest.mark.parametrize("settings", ['{"demo": false}', None], ids=["a real factory", "anything else"])
def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(
    tmp_path: Path, run: Run, settings: str | None
) -> None:
    folder = tmp_path / "out" / "workspace"
    folder.mkdir(parents=True)
    mine = folder / ("workspace.json" if settings else "thesis.txt")
    mine.write_text(settings or "years of work")
    sentence, remedy = run("demo", "--headless", "--no-pictures", "--out", tmp_path / "out").refused()
    assert sentence == f"{folder} holds something that is not a demo factory."
    assert "--out" in remedy
    assert [path.name for path in folder.iterdir()] == [mine.name]


def test_the_demo_leaves_a_file_of_that_name_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "workspace").write_text("mine")
    assert "not a demo factory" in run("demo", "--headless", "--out", tmp_path).refused()[0]
    assert (tmp_path / "workspace").read_text() == "mine"


# A practice server


@pytest.fixture
def served() -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """A running sandbox process, and what it said."""
    words = [*PROGRAM, "sandbox", "alibaba", "--json"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            assert started.stdout is not None
            yield started, json.loads(started.stdout.readline())
        finally:
            started.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_serves_this_computer_only_until_it_is_stopped(
    served: tuple[subprocess.Popen[str], Any], stop: signal.Signals
) -> None:
    started, said = served
    assert said["url"].startswith("http://127.0.0.1:")
    assert said["state"] == f"{said['url']}/_sandbox/state"
    state = requests.get(said["state"], timeout=5)
    assert (state.status_code, len(state.json()["orders"])) == (200, said["orders"])
    port = int(said["url"].rpartition(":")[2])
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.2", port), 2):
        raise AssertionError("it listens on every address")
    started.send_signal(stop)
    out, err = started.communicate(timeout=5)
    assert (started.returncode, out, err) == (0, "", "")


def test_a_sandbox_that_cannot_begin_says_why(tmp_path: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence, remedy = run("sandbox", "alibaba", "--port", port).refused()
    assert sentence == f"Port {port} cannot be used: Address already in use."
    assert "another port" in remedy
    assert "choose from none" in run("sandbox", "alibaba", "--faults", "rain").refused()[0]
    for content in (None, '{"a": 1}', "[1", "[1]"):
        orders = tmp_path / "orders.json"
        if content:
            orders.write_text(content)
        sentence, remedy = run("sandbox", "alibaba", "--orders-from", orders).refused()
        assert sentence.startswith(f"The orders in {orders} cannot be read: ")
        assert "JSON" in remedy


# Platforms


@dataclass(frozen=True)
class Shop:
    """A factory folder with one account, and the platform that it talks to."""

    path: Path
    platform: SandboxServer


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[Shop]:
    """An account on a sandbox with one order; its secrets are in an encrypted file."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "open sesame")
    path = tmp_path / "factory"
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    orders = [order_payload("T-1", created=hour_ago, lines=[line_payload("SKU-1", "100", "2.50")])]
    with SandboxServer(orders, app_secret=SECRET) as platform:
        open_and(path, lambda database: connect(database, path, platform))
        yield Shop(path, platform)


def connect(database: Database, path: Path, platform: SandboxServer) -> None:
    with database.session(write=True) as session:
        session.add(Item(sku="SKU-1", kind="finished", procurement="make"))
    platforms.add_account("alibaba", "Main shop", platform.url, "sandbox-app")
    [view] = platforms.accounts()
    secrets = FileSecrets(path / "secrets.enc", "open sesame")
    secrets.set(SecretName.APP_SECRET.of(engine.account_key(view)), SECRET)
    with engine.open_connector(view, secrets) as connector:
        connector.sign_in.exchange_code(platform.state.new_code())


def test_orders_come_and_shipments_go(shop: Shop, run: Run) -> None:
    [pulled] = run("sync", "pull", "--data", shop.path, "--json").json["accounts"]
    assert pulled["account"] == "Main shop"
    assert pulled["complete"] is True
    [order] = pulled["created"]
    again = run("sync", "pull", "--account", "Main shop", "--data", shop.path, "--json").json["accounts"]
    assert (again[0]["created"], again[0]["exceptions"]) == ([], 0)
    open_and(shop.path, lambda database: announce(database, order))
    status = run("sync", "status", "--data", shop.path, "--json").json
    assert [(one["orders"], one["waiting_messages"]) for one in status["accounts"]] == [(1, 1)]
    assert status["exceptions"] == []
    [pushed] = run("sync", "push", "--data", shop.path, "--json").json["accounts"]
    assert pushed == {"account": "Main shop", "done": 1, "failed": 0, "unknown": 0, "later": 0}
    assert [parcel.tracking_number for parcel in shop.platform.state.shipments_of("T-1")] == ["TRACK-1"]


def announce(database: Database, order: int) -> None:
    told = {
        "external_order_id": "T-1",
        "carrier_code": "DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": "TRACK-1",
        "lines": [],
    }
    with database.session(write=True) as session:
        assert session.get_one(SalesOrder, order).external_id == "T-1"
        [account] = session.scalars(select(SalesOrder.account_id)).all()
        session.add(
            OutboxMessage(
                account_id=account, kind="shipment", client_key="ship:1", record_id=order, title="T-1",
                payload=json.dumps(told),
            )
        )  # fmt: skip


def test_what_waits_for_a_person_is_in_the_status(shop: Shop, run: Run) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=5)
    shop.platform.state.add(order_payload("T-2", created=moment, lines=[line_payload("CUP-9", "1", "2")]))
    [pulled] = run("sync", "pull", "--data", shop.path, "--json").json["accounts"]
    assert (len(pulled["created"]), pulled["exceptions"]) == (1, 1)
    [waiting] = run("sync", "status", "--data", shop.path, "--json").json["exceptions"]
    assert (waiting["external_id"], waiting["kind"], waiting["subject"]) == ("T-2", "unknown_sku", "CUP-9")


def test_an_account_that_is_not_there_is_named(shop: Shop, run: Run) -> None:
    for command in ("pull", "push"):
        sentence, remedy = run("sync", command, "--account", "Shop [2]", "--data", shop.path).refused()
        assert sentence == "There is no platform account 'Shop [2]'."
        assert "Platforms page" in remedy


def test_a_wrong_passphrase_is_said_and_nothing_comes(
    shop: Shop, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "guess")
    sentence, _remedy = run("sync", "pull", "--data", shop.path).refused()
    assert "passphrase does not open" in sentence
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "open sesame")
    assert run("sync", "status", "--data", shop.path, "--json").json["accounts"][0]["orders"] == 0


# The factory's own work


@pytest.fixture
def cups(tmp_path: Path) -> Path:
    """A factory with one confirmed order for 100 cups and 20 lids in stock."""

    def build(database: Database) -> None:
        with database.session(write=True) as session:
            shop = a_cup_factory(session)
            in_stock(session, shop.lid, 20)
            an_order(session, {shop.cup: 100})

    open_and(tmp_path / "cups", build)
    return tmp_path / "cups"


def test_orders_are_planned_and_scheduled(cups: Path, run: Run) -> None:
    planned = run("plan", "order", "SO-2026-00001", "--data", cups, "--json").json
    assert (planned["orders"], planned["production_orders"], planned["operations"]) == (1, 2, 3)
    # Exact, as text: 100 × 0.25 kg for cups and 80 × 0.05 kg for the lids that are not in stock.
    shortages = {row["sku"]: row["quantity"] for row in planned["shortages"]}
    assert all(isinstance(quantity, str) for quantity in shortages.values())
    assert {sku: Decimal(text) for sku, text in shortages.items()} == {"STEEL": 29, "BOX": 100}
    again = run("plan", "order", "--data", cups, "--json").json
    assert (again["orders"], again["production_orders"]) == (0, 0)


def test_an_order_that_is_not_there_is_named_with_the_remedy(cups: Path, run: Run) -> None:
    sentence, remedy = run("plan", "order", "SO-1", "--data", cups, "--json").refused()
    assert sentence == "There is no order SO-1."
    assert remedy.startswith("Search for it")
    chinese = run("--language", "zh_CN", "plan", "order", "SO-1", "--data", cups).refused()
    assert "SO-1" in chinese[0]
    assert all(text.endswith("。") for text in chinese)
    assert not {sentence, remedy} & set(chinese)


def test_without_json_it_is_a_table_for_people(cups: Path, run: Run) -> None:
    said = run("plan", "order", "--data", cups)
    assert said.status == 0
    assert "production orders" in said.out
    assert '"STEEL"' in said.out
    assert "{" not in said.out.splitlines()[0]


def test_the_folder_may_be_named_before_the_command(cups: Path, run: Run, tmp_path: Path) -> None:
    assert run("--data", cups, "plan", "order", "--json").json["orders"] == 1
    assert not (tmp_path / "home").exists()


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A factory with one shipment of 50 bottles, packed."""

    def build(database: Database) -> None:
        factory = Factory(database)
        bottle = factory.item("B-1", 24)
        factory.stock(bottle, 50)
        factory.packed(factory.order(factory.customer(), [(bottle, "50", "2.50")]))

    open_and(tmp_path / "packed", build)
    return tmp_path / "packed"


def test_documents_are_issued_once(packed: Path, run: Run) -> None:
    year = datetime.now(UTC).year
    words = ("document", "issue", f"SH-{year}-00001", "--data", packed, "--json")
    papers = run(*words).json["documents"]
    assert [(paper["kind"], paper["number"]) for paper in papers] == [
        ("commercial_invoice", f"CI-{year}-00001"),
        ("packing_list", f"PL-{year}-00001"),
    ]
    assert all(Path(paper["path"]).read_bytes().startswith(b"%PDF-") for paper in papers)
    assert [paper["id"] for paper in run(*words).json["documents"]] == [paper["id"] for paper in papers]


def test_documents_that_cannot_be_issued_say_why(packed: Path, run: Run) -> None:
    sentence, remedy = run("document", "issue", "SH-9", "--data", packed).refused()
    assert "SH-9" in sentence
    assert "list of shipments" in remedy
    sentence = run("document", "issue", "SH-9", "--language", "xx", "--data", packed).refused()[0]
    assert sentence == "'xx' is not a language of documents."
    assert list((packed / "documents").iterdir()) == []


def test_the_database_is_made_checked_and_backed_up(tmp_path: Path, run: Run) -> None:
    new = ("--data", tmp_path / "new", "--json")
    assert run("database", "upgrade", *new).json == {"upgraded": True}
    assert run("database", "upgrade", *new).json == {"upgraded": False}
    assert run("database", "check", *new).json == {"findings": [], "sound": True}
    saved = run("database", "backup", *new).json
    assert set(saved) == {"path", "sha256", "bytes"}
    assert Path(saved["path"]).stat().st_size == saved["bytes"] > 0


def test_a_check_that_finds_something_ends_with_status_1(packed: Path, run: Run) -> None:
    issued = run("document", "issue", f"SH-{datetime.now(UTC).year}-00001", "--data", packed, "--json")
    Path(issued.json["documents"][0]["path"]).write_bytes(b"altered")
    found = run("database", "check", "--data", packed, "--json")
    assert found.status == 1
    report = json.loads(found.out)
    assert report["sound"] is False
    assert [finding["subject"] for finding in report["findings"]] == [issued.json["documents"][0]["number"]]


# Beginnings that cannot succeed


@pytest.mark.parametrize("content", ['{"demo', "[]", "\x00"])
def test_damaged_settings_are_said(tmp_path: Path, run: Run, content: str) -> None:
    (tmp_path / "workspace.json").write_text(content)
    sentence, remedy = run("database", "check", "--data", tmp_path).refused()
    assert sentence == f"The settings file {tmp_path / 'workspace.json'} is damaged."
    assert "copy" in remedy
    assert (tmp_path / "workspace.json").read_text() == content


def test_a_path_in_a_sentence_is_in_one_piece(tmp_path: Path, run: Run) -> None:
    file = tmp_path / ("a long name [of] a file " * 6).strip()
    file.write_text("")
    sentence, _remedy = run("plan", "order", "--data", file).refused()
    assert sentence == f"There is no factory in {file}."


def test_a_mistyped_folder_is_no_new_factory(tmp_path: Path, run: Run) -> None:
    run("sync", "status", "--data", tmp_path / "mistyped").refused()
    assert not (tmp_path / "mistyped").exists()


def test_a_real_process_says_its_version_and_its_errors() -> None:
    assert process("--version") == Said(0, f"{__version__}\n", "")
    refused = process("sandbox", "alibaba", "--faults", "rain")
    assert "choose from none" in " ".join(refused.refused())
