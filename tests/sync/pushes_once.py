"""What goes out reaches the platform once, though answers are lost and the program is killed.

A third each of parcels, listings, and answers: replies where buyers write, quotations where they ask for one.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, ItemKind, Procurement, Product
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Inquiry, InquirySource, Quotation
from factory_erp.models.listings import Listing, ListingState, PlatformImage
from factory_erp.models.partners import Company
from factory_erp.models.platforms import OutboxState, RunTrigger
from factory_erp.services import outbox
from factory_erp.services.base import use_case
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import quotation_sending, quotations
from factory_erp.services.inquiries.quotation_lines import QuoteLineForm
from factory_erp.services.listings import messages as listing_messages
from factory_erp.services.listings.messages import Kind
from factory_erp.services.outbox import OutboxRow
from factory_erp.sync import runs
from factory_erp.sync.runs import Part
from factory_erp.sync.sandbox.faults import FaultProfile
from tests.sync.crash_runner import KILLED, Worker, worker
from tests.sync.crash_worker import BUSY, FileSecretsOfTests
from tests.sync.markets import MARKETS, PICTURES, Line, Market, job, open_account, order_name

PROFILE = "lost_answers"
"""Every kind of fault under which the platform acts and the answer is lost."""

_PATIENCE, _PATIENCE_EACH = 120.0, 2.0
"""Seconds within which all messages have to have ended, and how many more for each."""

_CALLS_PER_MESSAGE = 3
_ENDED = (OutboxState.DONE, OutboxState.FAILED, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class PushesProof:
    """What came of it. ``wrong`` says what is not as it must be; empty is the proof."""

    platform: str
    pushes: int
    kills: int
    runs: int
    calls: int
    lost_answers: int
    lost_writes: int
    """Answers lost of calls that changed something."""
    taken_up_again: int
    """Messages that were tried more than once."""
    done: int
    failed: int
    unknown: int
    seconds: float
    wrong: tuple[str, ...]


@use_case
def add_parcels(session: Session, account: int, names: list[str]) -> None:
    """A parcel for each order."""
    for name in names:
        outbox.enqueue(
            session,
            account_id=account,
            kind="shipment",
            client_key=f"ship:{name}",
            record_id=1,
            title=name,
            payload={
                "external_order_id": name,
                "carrier_code": "DHL",
                "logistics_type": "EXPRESS",
                "tracking_number": f"TRACK{name}",
                "lines": [],
            },
        )


@use_case
def add_listings(session: Session, account: int, market: Market, count: int) -> None:
    """Listings that are wanted on the platform; their pictures are there already."""
    for digest in PICTURES:
        image_id, url = market.picture(digest)
        session.add(PlatformImage(account_id=account, sha256=digest, external_id=image_id, url=url))
    for number in range(count):
        model = f"MODEL-{number:05d}"
        product = Product(code=model)
        session.add(product)
        session.flush()
        listing = Listing(
            account_id=account, product_id=product.id, model_number=model, state=ListingState.PUBLISHING
        )
        session.add(listing)
        session.flush()
        said = {"content": json.loads(market.content(model).to_json()), "before": "draft"}
        listing_messages.place(session, listing, Kind.LISTING, said, model, None)


@use_case
def add_cup(session: Session) -> int:
    """What is quoted, and who quotes it."""
    cup = Item(sku="CUP", kind=ItemKind.FINISHED, procurement=Procurement.MAKE, sellable=True)
    company = Company(
        name_en="Cup Works Ltd",
        name_zh="钢杯厂",
        port_of_loading="CNNBO",
        email="export@cups.example",
        address_en="1 Harbour Road\nNingbo",
    )
    session.add_all([cup, company])
    session.flush()
    return cup.id


def add_answers(
    database: Database, market: Market, account: int, secrets: FileSecretsOfTests, count: int
) -> None:
    """Conversations are fetched from the platform, and each is answered."""
    cup = add_cup().value
    for number in range(count):
        market.ask(number)
    report = runs.sync_account(account, secrets, trigger=RunTrigger.HAND, parts=[Part.INQUIRIES])
    assert report.inquiries == count, report.problem
    with database.session() as session:
        asked = [(one.id, one.source) for one in session.scalars(select(Inquiry).order_by(Inquiry.id))]
    for inquiry, source in asked:
        if source == InquirySource.RFQ:
            line = QuoteLineForm(cup, Decimal(600), Decimal("2.95"))
            quotation = quotations.new_quotation([line], f"q{inquiry}", inquiry_id=inquiry).value
            with database.session(write=True) as session:
                # The platform takes none without.
                session.get_one(Quotation, quotation).payment_terms = "T/T 30 days"
            quotation_sending.send_quotation(quotation)
        else:
            inquiries.reply(inquiry, f"2.95 US dollars, see offer {inquiry}.", f"a{inquiry}")


def prove_pushes(
    database: Database, platform: str, pushes: int, kills: int, faults: float, folder: Path, seed: int = 1
) -> PushesProof:
    """Send *pushes* messages from the empty *database*, which is bound, as is a workspace.

    ``kills`` runs die on the way; *folder* is for the secrets.
    """
    market: Market = MARKETS[platform](f"pushes-{uuid.uuid4().hex}")
    answers = listings = pushes // 3
    names = [order_name(number) for number in range(pushes - answers - listings)]
    with market.server as server:
        account, secrets = open_account(market, folder)
        for name in names:
            market.put(name, [Line("CUP", 10, Decimal("2.50"))], datetime.now(UTC), datetime.now(UTC))
        add_parcels(account, names)
        add_listings(account, market, listings)
        add_answers(database, market, account, secrets, answers)
        server.use_faults(FaultProfile(PROFILE, faults, seed=seed, hang_seconds=0.01))
        before, began = market.calls(), time.monotonic()
        url = database.engine.url.render_as_string(hide_password=False)
        with worker(job(market, url, account, folder)) as runner:
            died = _go(market, account, runner, kills, pushes, Random(seed))
        seconds = time.monotonic() - began
    lost = [call for call in server.reception.log if call.fault != "none"]
    rows = outbox.rows(account, pushes + 1)
    states = Counter(row.state for row in rows)
    return PushesProof(
        platform=platform,
        pushes=pushes,
        kills=died,
        runs=sum(runner.exits.values()) - runner.exits[BUSY],
        calls=market.calls() - before,
        lost_answers=len(lost),
        lost_writes=sum(market.server.platform.acts(call.api) for call in lost),
        taken_up_again=sum(row.attempts > 1 for row in rows),
        done=states[OutboxState.DONE],
        failed=states[OutboxState.FAILED],
        unknown=states[OutboxState.UNKNOWN],
        seconds=round(seconds, 1),
        wrong=tuple(_wrong(database, market, rows, pushes, died == kills)),
    )


def _go(market: Market, account: int, runner: Worker, kills: int, pushes: int, chance: Random) -> int:
    """Push until every message has ended, killing runs on the way; how many died."""
    died, end = 0, time.monotonic() + _PATIENCE + _PATIENCE_EACH * pushes
    portion = pushes * _CALLS_PER_MESSAGE // (kills + 1)
    while time.monotonic() < end:
        last = market.calls() + chance.randint(1, portion)
        more = died < kills
        status = runner.run_until(
            "outbox", None, lambda last=last, more=more: more and market.calls() >= last
        )
        died += status == KILLED
        if status == 0 and died == kills and _all_ended(account, pushes):
            return died
        if status != 0 or died == kills:
            # For the lease of the one that was killed, or of the message that it was sending.
            time.sleep(0.1)
    return died


def _all_ended(account: int, pushes: int) -> bool:
    """Whether nothing is on its way; what cannot be looked up by a program stays unknown."""
    rows = outbox.rows(account, pushes + 1)
    hopeless = [row for row in rows if row.state == OutboxState.UNKNOWN and row.kind == quotations.QUOTATION]
    return all(row.state in (OutboxState.DONE, OutboxState.FAILED) for row in rows if row not in hopeless)


def _wrong(
    database: Database, market: Market, rows: list[OutboxRow], pushes: int, all_died: bool
) -> list[str]:
    wrong = [] if all_died else ["fewer runs were killed than wanted"]
    if len(rows) != pushes:
        wrong.append(f"{len(rows)} messages instead of {pushes}")
    there = {
        "shipment": market.parcels(),
        "listing": market.listings(),
        "reply": market.answers(),
        "quotation": market.answers(),
    }
    for kind, found in there.items():
        wrong += [f"{kind} {name}: {count} times" for name, count in found.items() if count != 1]
    # Nothing here gives the platform a reason to refuse: what fails is lost.
    wrong += [f"{row.kind} {row.title}: {row.problem}" for row in rows if row.state == OutboxState.FAILED]
    for row in rows:
        times = there[row.kind][_name(database, row)]
        if (row.state == OutboxState.DONE) != (times == 1) and row.state != OutboxState.UNKNOWN:
            wrong.append(f"{row.kind} {row.title}: {row.state}, {times} times there")
        if row.state not in _ENDED or (row.state != OutboxState.DONE and not (row.remedy and row.problem)):
            wrong.append(f"{row.kind} {row.title}: {row.state} with no remedy")
    return wrong[:20]


def _name(database: Database, row: OutboxRow) -> str:
    """By what the platform's side of a message is counted."""
    if row.kind == "shipment":
        return f"TRACK{row.title}"
    if row.kind == "listing":
        return row.title
    if row.kind == "reply":
        return row.subject
    with database.session() as session:
        found = session.scalar(
            select(Inquiry.external_id)
            .join(Quotation, Quotation.inquiry_id == Inquiry.id)
            .where(Quotation.id == row.record_id)
        )
    return str(found)
