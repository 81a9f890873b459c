"""The register: every issued document, found by what a person remembers of it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta

import pytest

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import set_language
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentMail, DocumentState, MailState
from factory_erp.models.partners import Partner
from factory_erp.models.sales import SalesOrder
from factory_erp.models.shipping import Shipment
from factory_erp.services import clock
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing import register
from factory_erp.services.issuing.register import Filter
from tests.services.papers.papers_factory import BOX, PapersFactory

KINDS = ("commercial_invoice", "packing_list")


@pytest.fixture
def factory(db: Database) -> PapersFactory:
    return PapersFactory(db)


@pytest.fixture
def order(factory: PapersFactory) -> int:
    return factory.order(factory.customer(), [(factory.cup(), "120", "3.5")], customer_po="PO-7781")


@pytest.fixture
def shipment(factory: PapersFactory, order: int) -> int:
    """A shipment whose papers were issued twice."""
    made = factory.loaded(order)
    issuing.issue(made, KINDS, "en")
    factory.change(Shipment, made, marks="NORD\nHAMBURG")
    issuing.issue(made, KINDS, "en")
    return made


def numbers(words: str = "", view: str = "all", narrowed: Filter = register.EVERYTHING) -> list[str]:
    ids = register.register_ids(view, words, narrowed=narrowed)
    return [f"{row.number} r{row.revision}" for row in register.register_rows(ids)]


def test_the_newest_stand_first(factory: PapersFactory, shipment: int) -> None:
    assert numbers() == [
        "PL-2026-00001 r2", "CI-2026-00001 r2", "PL-2026-00001 r1", "CI-2026-00001 r1"
    ]  # fmt: skip


def test_views_hold_documents_by_state_and_are_counted(
    factory: PapersFactory, shipment: int, order: int
) -> None:
    proforma = issuing.issue_for_order(order, "proforma_invoice").value
    issuing.cancel(proforma.id, "Typing error")
    assert numbers(view="in_force") == ["PL-2026-00001 r2", "CI-2026-00001 r2"]
    assert numbers(view="superseded") == ["PL-2026-00001 r1", "CI-2026-00001 r1"]
    assert numbers(view="cancelled") == ["PI-2026-00001 r1"]
    assert register.register_counts() == {
        "in_force": 2, "this_month": 5, "superseded": 2, "cancelled": 1, "all": 5
    }  # fmt: skip
    assert register.register_counts(Filter(kind="proforma_invoice"))["all"] == 1


def test_this_month_ends_with_its_last_day(factory: PapersFactory, shipment: int) -> None:
    first, last = register.register_ids(sort="number", descending=False)[:2]
    factory.change(Document, first, issued_on=date(2026, 11, 30))
    factory.change(Document, last, issued_on=date(2026, 12, 1))
    assert register.register_counts()["this_month"] == 3
    assert register.month_after(date(2026, 12, 31)) == date(2027, 1, 1)


def test_documents_are_found_by_what_one_remembers(factory: PapersFactory, shipment: int, order: int) -> None:
    issuing.issue_for_order(order, "proforma_invoice")
    expected = {
        "ci-2026": 2,
        "00001": 5,
        "Nordlicht": 5,
        "nord": 5,
        "SH-2026-00001": 4,
        BOX: 4,
        "OOLU12345": 4,
        "SO-2026-00001": 5,
        "PO-7781": 5,
        "PI-2026": 1,
        "%": 0,
        "Nobody": 0,
        "  ": 5,
    }
    assert {words: len(numbers(words)) for words in expected} == expected


def test_a_number_leads_to_the_latest_revision(factory: PapersFactory, shipment: int, order: int) -> None:
    issuing.issue_for_order(order, "proforma_invoice")
    expected = {
        "00001": ["PL-2026-00001 r2", "PI-2026-00001 r1", "CI-2026-00001 r2"],
        "pl": ["PL-2026-00001 r2"],
        "00": [],
        " ci-2026-00001 ": ["CI-2026-00001 r2"],
        "Nordlicht": [],
        "%%%": [],
        " ": [],
    }
    found = {words: register.documents_named(words) for words in expected}
    assert {
        words: [f"{row.number} r{row.revision}" for row in rows] for words, rows in found.items()
    } == expected
    [row] = found["pl"]
    assert row.own_link == f"erp://documents/{row.id}"
    assert len(register.documents_named("00001", limit=2)) == 2


def test_a_kind_days_and_a_partner_narrow_the_list(factory: PapersFactory, shipment: int) -> None:
    customer = factory.one(Partner, code="NORD").id
    old = register.register_ids(sort="issued", descending=False)[0]
    factory.change(Document, old, issued_on=date(2025, 2, 1))
    assert len(numbers(narrowed=Filter(kind="packing_list"))) == 2
    assert len(numbers(narrowed=Filter(since=date(2026, 1, 1)))) == 3
    assert numbers(narrowed=Filter(until=date(2025, 12, 31))) == ["CI-2026-00001 r1"]
    assert len(numbers(narrowed=Filter(partner_id=customer))) == 4
    assert numbers(narrowed=Filter(partner_id=customer + 1)) == []
    assert numbers("CI", narrowed=Filter(kind="packing_list")) == []


def test_each_column_sorts(factory: PapersFactory, shipment: int) -> None:
    every = sorted(register.register_ids())
    names = {"issued": "issued_at", "day": "issued_on"}
    for sort in ("issued", "day", "number", "kind", "revision", "language", "state", "partner"):
        for descending in (True, False):
            ids = list(register.register_ids("all", "", sort, descending))
            assert sorted(ids) == every
            values = [getattr(row, names.get(sort, sort)) for row in register.register_rows(ids)]
            assert values == sorted(values, reverse=descending), sort


def test_a_row_says_whose_the_document_is(factory: PapersFactory, shipment: int, order: int) -> None:
    proforma = issuing.issue_for_order(order, "proforma_invoice").value
    (paper,) = register.register_rows([proforma.id])
    order_number = factory.one(SalesOrder, id=order).number
    assert (paper.owner, paper.link) == (order_number, f"erp://sales/{order}")
    (newest, *_rest) = register.register_rows(register.register_ids("in_force", "PL"))
    assert (newest.owner, newest.link) == ("SH-2026-00001", "erp://shipping/SH-2026-00001")
    assert newest.partner == "Nordlicht Handels GmbH"
    assert newest.file_name == "PL-2026-00001_rev2.pdf"


def test_the_partner_has_his_local_name_in_chinese(factory: PapersFactory, shipment: int) -> None:
    factory.change(Partner, factory.one(Partner, code="NORD").id, name_local="北光贸易")
    set_language("zh_CN")
    try:
        assert {row.partner for row in register.register_rows(register.register_ids())} == {"北光贸易"}
        assert len(numbers("北光")) == 4
    finally:
        set_language("en")


def test_a_document_of_an_older_program_names_its_consignee(factory: PapersFactory, shipment: int) -> None:
    (first, *_rest) = register.register_ids()
    factory.change(Document, first, partner_id=None)
    (row,) = register.register_rows([first])
    assert row.partner == "Nordlicht Handels GmbH"
    assert first in register.register_ids(words="Nordlicht")
    assert list(register.register_ids(sort="partner"))[-1] == first, "without a partner of its own: last"


def test_history_holds_the_revisions_and_who_got_it(factory: PapersFactory, shipment: int) -> None:
    (latest, *_rest) = register.register_ids("in_force", "CI")
    key = hashlib.sha256(b"m").hexdigest()
    factory._add(
        DocumentMail(
            shipment_id=shipment, state=MailState.SENT, recipients="buyer@nord.test\ncc:me@cup.test",
            subject="Documents", body="", message_id="<m@x>", client_key=key, sent_at=clock.now(),
            attached=json.dumps({"form": "files", "documents": [{"id": latest, "name": "CI.pdf"}]}),
        )
    )  # fmt: skip
    history = register.document_history(latest)
    assert [(one.revision, one.state) for one in history.revisions] == [
        (2, DocumentState.ISSUED),
        (1, DocumentState.SUPERSEDED),
    ]
    assert history.document == history.revisions[0]
    assert [one.recipients for one in history.sendings] == [("buyer@nord.test", "cc:me@cup.test")]
    assert register.document_history(history.revisions[1].id).sendings == ()


def test_a_document_is_found_by_its_number(factory: PapersFactory, shipment: int) -> None:
    (latest, *_rest) = register.register_ids("in_force", "CI")
    assert register.document_id_of(" CI-2026-00001 ") == latest
    assert register.document_id_of("CI-1999-00001") is None


def test_what_is_not_there(factory: PapersFactory, shipment: int) -> None:
    assert register.register_rows([999]) == []
    with pytest.raises(NotFound):
        register.document_history(999)


def test_many_documents_are_listed_at_once(factory: PapersFactory, shipment: int) -> None:
    """Listing reads no snapshot: 5,000 documents take a fraction of a second."""
    (some, *_rest) = register.register_ids("in_force")
    _copy(factory.db, some, 5_000)
    assert len(register.register_ids("all")) == 5_004
    assert len(register.register_ids("all", "X-0019")) == 100
    assert register.register_counts()["superseded"] == 5_002


def _copy(database: Database, document_id: int, count: int) -> None:
    start = datetime(2020, 1, 1, tzinfo=clock.now().tzinfo)
    with database.session(write=True) as session:
        columns = [column for column in Document.__table__.columns if column.name != "id"]
        given = {
            column.name: getattr(session.get_one(Document, document_id), column.name) for column in columns
        }
        rows = [
            given
            | {
                "number": f"X-{n:06}",
                "client_key": f"x{n}",
                "state": DocumentState.SUPERSEDED,
                "issued_at": start + timedelta(minutes=n),
                "snapshot": "{}",
            }
            for n in range(count)
        ]
        session.execute(Document.__table__.insert(), rows)
