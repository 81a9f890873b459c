"""Issuing papers: numbers without gap, one set of facts, files that survive."""

from __future__ import annotations

import errno
import os
import threading
from contextvars import copy_context
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from factory_erp.documents.facts import ShipmentFacts
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.stored import from_json
from factory_erp.domain.errors import DomainError, NotAllowed
from factory_erp.domain.money import Money
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentState, NumberSeries
from factory_erp.models.partners import BankAccount, Company
from factory_erp.models.sales import SalesOrder
from factory_erp.models.shipping import ShipmentState
from factory_erp.services import clock
from factory_erp.services.files import documents as document_files
from factory_erp.services.files import workspace
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing.drafts import shipment_draft
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.workbench import views as shipping_views
from tests.services.shipping_factory import Factory


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def cups(factory: Factory) -> int:
    item = factory.item("CUP-1")
    factory.stock(item, 5000)
    return item


@pytest.fixture
def buyer(factory: Factory) -> int:
    return factory.customer()


def snapshots(factory: Factory, shipment: int) -> dict[str, DocumentSnapshot]:
    found = factory.all(Document, shipment_id=shipment, state=DocumentState.ISSUED)
    return {document.kind: from_json(document.snapshot) for document in found}


def facts_of(factory: Factory, shipment: int) -> ShipmentFacts:
    return snapshots(factory, shipment)["commercial_invoice"].facts


def files() -> list[str]:
    root = workspace.current().documents
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_both_papers_carry_one_number_and_date(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
    issued = issuing.issue(shipment).value
    assert [(paper.number, paper.revision) for paper in issued] == [
        ("CI-2026-00001", 1),
        ("PL-2026-00001", 1),
    ]
    assert files() == ["2026/CI-2026-00001_rev1.pdf", "2026/PL-2026-00001_rev1.pdf"]
    said = snapshots(factory, shipment)
    assert said["commercial_invoice"].issued_on == said["packing_list"].issued_on == clock.today()
    assert said["commercial_invoice"].facts == said["packing_list"].facts
    for paper in issued:
        content = documents.document_bytes(paper.id)
        assert (content, document_files.sha256(content)) == (paper.path.read_bytes(), paper.sha256)
        assert paper.number in text_of(content)
    assert shipping_views.detail(shipment).state == ShipmentState.DOCUMENTED


def test_the_facts_are_those_of_the_order(factory: Factory, cups: int, buyer: int) -> None:
    order = factory.order(buyer, [(cups, "100", "2.355")], customer_po="PO-7", freight_minor=1500)
    facts = facts_of(factory, factory.documented(order))
    (line,) = facts.lines
    assert (line.hs_code, line.origin_country, line.customer_po) == ("9617001900", "CN", "PO-7")
    assert dict(line.description) == {
        "en": "Bottle CUP-1, 500 ml / Black", "zh_CN": "CUP-1 保温杯, 500 ml",
    }  # fmt: skip
    assert line.amount_minor == 23_550
    assert [(dict(charge.label)["en"], charge.amount_minor) for charge in facts.charges] == [
        ("Freight", 1500)
    ]
    assert facts.total_minor == 25_050 == factory.one(SalesOrder).total_minor
    assert facts.bank is not None
    assert facts.consignee.address_lines == ("Hafenstrasse 5", "20457 Hamburg")
    assert facts.buyer is not None
    assert facts.buyer.address_lines == ("Kontorweg 1", "28195 Bremen")
    assert facts.port_of_discharge is not None
    assert dict(facts.port_of_discharge.names)["zh_CN"] == "汉堡"
    assert dict(facts.payment_terms) == {"en": "30 % deposit"}
    assert facts.marks[-1] == "C/NO. 1-5"
    assert facts.origin_country == "CN"


def test_invoice_packing_list_and_screen_agree(factory: Factory, cups: int, buyer: int) -> None:
    lids = factory.item("LID-1", per_carton=100, net_g=20)
    factory.stock(lids, 500)
    order = factory.order(buyer, [(cups, "100", "2.355"), (lids, "130", "0.127501")], freight_minor=999)
    shipment = shipping.create([order], "a").value
    shipping.pack(shipment, mix_remainders=True)
    shipping.correct_carton(shipment, 6, 1_601, 2_501, "scale")  # the mixed one, its net shared out
    issuing.issue(shipment)
    invoice, packing = snapshots(factory, shipment).values()
    seen = shipping_views.detail(shipment)
    for facts in (invoice.facts, packing.facts):
        assert seen.totals.total == Money(facts.total_minor, "USD")
        assert (
            (seen.totals.cartons, seen.totals.net_g)
            == (facts.carton_count, facts.net_g)
            == (6, 24_000 + 2_000 + 1_601)
        )
        assert (seen.totals.gross_g, seen.totals.volume_mm3) == (facts.gross_g, facts.volume_mm3)
        assert seen.totals.pieces == sum(line.quantity for line in facts.cartons) == 230
        assert sum(line.quantity for line in facts.lines) == 230
        assert seen.totals.lines == Money(facts.goods_minor, "USD")
    assert [line.mixed_with_previous for line in packing.facts.cartons] == [False, False, False, True]


def test_issuing_again_returns_the_same_documents(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
    first = issuing.issue(shipment).value
    again = issuing.issue(shipment)
    assert (again.value, dict(again.changes)) == (first, {})
    assert factory.one(NumberSeries, series="INV-2026").last == 1


def test_changed_facts_make_a_revision(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
    issuing.issue(shipment)
    shipping.correct_carton(shipment, 1, 6100, 7000, "scale")
    with clock.at(datetime(2027, 1, 4, 1, tzinfo=UTC)):
        revised = issuing.issue(shipment, client_key="form-9").value
        assert issuing.issue(shipment, client_key="form-9").value == revised
    assert [(paper.number, paper.revision) for paper in revised] == [
        ("CI-2026-00001", 2),
        ("PL-2026-00001", 2),
    ]
    states = [(document.revision, document.state) for document in factory.all(Document)]
    assert sorted(states) == [(1, "superseded")] * 2 + [(2, "issued")] * 2
    rows = shipping_views.detail(shipment).documents
    assert [(row.revision, row.current) for row in rows] == [(1, False), (2, True)] * 2
    assert len(files()) == 4
    assert "Rev." in text_of(documents.document_bytes(revised[0].id))


def test_another_language_is_another_revision(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
    issuing.issue(shipment)
    english = issuing.issue(shipment, language="en").value
    assert {paper.revision for paper in english} == {2}
    assert "商业发票" not in text_of(documents.document_bytes(english[0].id))


def test_a_repeated_form_issues_once(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
    first = issuing.issue(shipment, client_key="form-1").value
    shipping.correct_carton(shipment, 1, 6100, 7000, "scale")
    assert issuing.issue(shipment, client_key="form-1").value == first


def test_a_later_packing_list_takes_number_and_date_of_its_invoice(
    factory: Factory, cups: int, buyer: int
) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "100", "2.35")]))
    with pytest.raises(NotAllowed, match="number and date from the invoice"):
        issuing.issue(shipment, kinds=["packing_list"])
    issuing.issue(shipment, kinds=["commercial_invoice"])
    factory.documented(factory.order(buyer, [(cups, "24", "1")]))
    with clock.at(datetime(2026, 11, 25, 1, tzinfo=UTC)):
        (paper,) = issuing.issue(shipment, kinds=["packing_list"]).value
    assert paper.number == "PL-2026-00001"
    said = snapshots(factory, shipment)
    assert said["packing_list"].issued_on == said["commercial_invoice"].issued_on


def test_a_draft_shipment_has_no_documents(factory: Factory, cups: int, buyer: int) -> None:
    shipment = shipping.create([factory.order(buyer, [(cups, "24", "1")])], "a").value
    with pytest.raises(NotAllowed, match="not packed"):
        issuing.issue(shipment)


class TestAmounts:
    def test_parts_of_an_order_sum_to_its_total(self, factory: Factory, cups: int, buyer: int) -> None:
        lids = factory.item("LID-1", per_carton=100, net_g=20)
        factory.stock(lids, 1000)
        order = factory.order(
            buyer, [(cups, "101", "0.335"), (lids, "77", "0.127501")], freight_minor=1001, insurance_minor=7,
            discount_minor=333, total_minor=4999,
        )  # fmt: skip
        one, two = factory.line_ids(order)
        parts = [{one: 33, two: 11}, {one: 35}, {one: 33, two: 1}, {two: 65}]
        total = 0
        # packed in one order and issued in another: shares follow the first issue
        packed = [
            factory.packed(order, quantities={line: Decimal(n) for line, n in part.items()}) for part in parts
        ]
        for shipment in (packed[1], packed[0], packed[3], packed[2]):
            issuing.issue(shipment)
            total += facts_of(factory, shipment).total_minor
        assert total == factory.one(SalesOrder).total_minor == 4999
        freight = [
            charge.amount_minor
            for shipment in packed
            for charge in facts_of(factory, shipment).charges
            if dict(charge.label)["en"] == "Freight"
        ]
        assert sum(freight) == 1001
        assert min(freight) > 0

    def test_an_earlier_invoice_keeps_its_share_when_later_ones_come(
        self, factory: Factory, cups: int, buyer: int
    ) -> None:
        order = factory.order(buyer, [(cups, "99", "1.01")], freight_minor=1000)
        line = factory.line_ids(order)[0]
        first, second = (factory.documented(order, quantities={line: Decimal(n)}) for n in (48, 51))
        assert not issuing.issue(first).changes
        totals = [facts_of(factory, shipment).total_minor for shipment in (first, second)]
        assert sum(totals) == factory.one(SalesOrder).total_minor

    def test_orders_of_one_shipment_are_added_up(self, factory: Factory, cups: int, buyer: int) -> None:
        orders = [factory.order(buyer, [(cups, "24", "1.11")], freight_minor=n) for n in (100, 50)]
        facts = facts_of(factory, factory.documented(*orders))
        assert facts.order_numbers == ("SO-2026-00001", "SO-2026-00002")
        assert [charge.amount_minor for charge in facts.charges] == [150]
        assert facts.total_minor == sum(order.total_minor for order in factory.all(SalesOrder))

    def test_free_samples_share_freight_by_pieces(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "10", "0")], freight_minor=1000)
        line = factory.line_ids(order)[0]
        totals = [
            facts_of(factory, factory.documented(order, quantities={line: Decimal(n)})).total_minor
            for n in (3, 7)
        ]
        assert totals == [300, 700]

    def test_amounts_that_do_not_add_up_are_refused(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "100", "2.35")])
        shipment = factory.packed(order)
        factory.change(SalesOrder, order, total_minor=23_600)
        with pytest.raises(NotAllowed, match=r"SO-2026-00001.*difference of USD 1\.00"):
            issuing.issue(shipment)
        seen = shipping_views.detail(shipment)
        assert seen.totals.total is None
        assert "SO-2026-00001" in seen.problem
        assert factory.all(Document) == []

    def test_a_discount_lowers_the_total(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.documented(factory.order(buyer, [(cups, "24", "1")], discount_minor=100))
        assert facts_of(factory, shipment).charges[0].amount_minor == -100
        assert shipping_views.detail(shipment).totals.total == Money(2300, "USD")


class TestNumbers:
    def test_a_refused_issue_uses_no_number(
        self, factory: Factory, cups: int, buyer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "24", "1")]))
        with monkeypatch.context() as patched:
            patched.setattr(issuing, "index_shipment", _crash)
            with pytest.raises(RuntimeError):
                issuing.issue(shipment)
        assert files() == []
        assert factory.all(Document) == []
        assert issuing.issue(shipment).value[0].number == "CI-2026-00001"

    def test_a_full_disk_leaves_nothing(
        self, factory: Factory, cups: int, buyer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "24", "1")]))
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", _disk_full_at_second())
            with pytest.raises(DomainError, match="disk is full") as refused:
                issuing.issue(shipment)
        assert refused.value.remedy
        assert files() == []
        assert factory.all(NumberSeries, series="INV-2026") == []
        assert shipping_views.detail(shipment).state == ShipmentState.PACKED
        assert issuing.issue(shipment).value[0].number == "CI-2026-00001"

    def test_a_limit_on_file_size_leaves_nothing(self, factory: Factory, cups: int, buyer: int) -> None:
        resource = pytest.importorskip("resource")
        content = b"x" * 100_000
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
        try:
            with pytest.raises(DomainError, match="could not be written"):
                document_files.write(document_files.path_of("2026/a.pdf"), content)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert files() == []

    def test_a_leftover_of_a_crash_is_overwritten(self, factory: Factory, cups: int, buyer: int) -> None:
        shipment = factory.packed(factory.order(buyer, [(cups, "24", "1")]))
        leftover = workspace.current().documents / "2026" / "CI-2026-00001_rev1.pdf"
        leftover.parent.mkdir()
        leftover.write_bytes(b"half a file")
        paper = issuing.issue(shipment).value[0]
        assert documents.document_bytes(paper.id).startswith(b"%PDF")

    def test_years_are_numbered_apart(self, factory: Factory, cups: int, buyer: int) -> None:
        factory.documented(factory.order(buyer, [(cups, "24", "1")]))
        # 31 December 20:00 UTC is already 2027 at the factory
        with clock.at(datetime(2026, 12, 31, 20, tzinfo=UTC)):
            shipment = factory.documented(factory.order(buyer, [(cups, "24", "1")]))
        assert [row.number for row in shipping_views.detail(shipment).documents] == [
            "CI-2027-00001",
            "PL-2027-00001",
        ]

    def test_issued_at_once_they_are_still_without_gap(self, factory: Factory, cups: int, buyer: int) -> None:
        order = factory.order(buyer, [(cups, "96", "1.01")], freight_minor=1000)
        line = factory.line_ids(order)[0]
        shipments = [factory.packed(order, quantities={line: Decimal(24)}) for _part in range(4)]
        failed: list[BaseException] = []

        def work(shipment: int) -> None:
            try:
                issuing.issue(shipment)
            except BaseException as error:
                failed.append(error)

        threads = [
            threading.Thread(target=copy_context().run, args=(work, shipment))
            for shipment in (*shipments, *shipments)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failed == []
        numbers = sorted(document.number for document in factory.all(Document))
        assert numbers == [f"{kind}-2026-0000{n}" for kind in ("CI", "PL") for n in range(1, 5)]
        total = sum(facts_of(factory, shipment).total_minor for shipment in shipments)
        assert total == factory.one(SalesOrder).total_minor


def _crash(*_args: object) -> None:
    raise RuntimeError("the program died here")


def _disk_full_at_second() -> object:
    """An fsync that works for the invoice's file and folder, and fails for the packing list."""
    calls, real = [0], os.fsync

    def fsync(handle: int) -> None:
        calls[0] += 1
        if calls[0] > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    return fsync


class TestFiles:
    @pytest.fixture
    def paper(self, factory: Factory, cups: int, buyer: int) -> issuing.IssuedDocument:
        shipment = factory.packed(factory.order(buyer, [(cups, "24", "1")]))
        return issuing.issue(shipment).value[0]

    def test_an_altered_file_is_noticed_and_restored(self, paper: issuing.IssuedDocument) -> None:
        before = paper.path.read_bytes()
        paper.path.write_bytes(before.replace(b"CI-2026", b"CI-2027") + b"\n")
        with pytest.raises(DomainError, match="not the one that was issued") as refused:
            documents.document_bytes(paper.id)
        assert (refused.value.record, bool(refused.value.remedy)) == ("CI-2026-00001", True)
        assert documents.restore_file(paper.id).value == paper.path
        assert documents.document_bytes(paper.id) == before

    def test_a_missing_file_is_noticed_and_restored(self, paper: issuing.IssuedDocument) -> None:
        paper.path.unlink()
        with pytest.raises(DomainError, match="missing"):
            documents.document_bytes(paper.id)
        documents.restore_file(paper.id)
        assert document_files.sha256(documents.document_bytes(paper.id)) == paper.sha256

    def test_what_cannot_be_drawn_the_same_is_not_put_in_place(
        self, paper: issuing.IssuedDocument, factory: Factory
    ) -> None:
        factory.change(Document, paper.id, file_sha256="0" * 64)
        paper.path.unlink()
        with pytest.raises(DomainError, match="differently"):
            documents.restore_file(paper.id)
        assert not paper.path.exists()

    def test_an_unwritable_folder_is_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(DomainError, match="Nothing was changed"):
            document_files.write(tmp_path / "file" / "sub" / "x.pdf", b"")


def test_a_preview_is_marked_and_changes_nothing(factory: Factory, cups: int, buyer: int) -> None:
    shipment = shipping.create([factory.order(buyer, [(cups, "24", "1")])], "a").value
    said = text_of(shipment_draft(shipment, "commercial_invoice").content)
    assert "DRAFT" in said
    assert "草稿" in said
    assert "CI-2026" not in said
    shipping.pack(shipment)
    assert "DRAFT" in text_of(shipment_draft(shipment, "packing_list", "en").content)
    assert (files(), factory.all(Document), factory.all(NumberSeries, series="INV-2026")) == ([], [], [])


def marks_across(content: bytes) -> list[set[str]]:
    """Page by page, the words that stand neither upright nor on their side."""
    pages: list[set[str]] = []
    for page in PdfReader(BytesIO(content)).pages:
        words: set[str] = set()

        def look(text: str, matrix: list[float], *_rest: object, words: set[str] = words) -> None:
            if matrix[0] * matrix[1]:
                words.update(text.split())

        page.extract_text(visitor_operand_before=None, visitor_text=look)
        pages.append(words)
    return pages


def test_a_draft_is_marked_across_every_page_and_an_issued_paper_never(
    factory: Factory, cups: int, buyer: int
) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "1", "1")] * 60))
    draft = marks_across(shipment_draft(shipment, "commercial_invoice").content)
    assert len(draft) > 1
    assert draft == [{"DRAFT", "草稿"}] * len(draft)
    assert marks_across(shipment_draft(shipment, "packing_list", "zh_CN").content)[0] == {"草稿"}
    for paper in issuing.issue(shipment).value:
        content = documents.document_bytes(paper.id)
        assert not any(marks_across(content))
        assert "DRAFT" not in text_of(content)


def test_without_a_company_nothing_is_issued(db: Database) -> None:
    factory = Factory(db, company=False)
    item, buyer = factory.item("CUP-1"), factory.customer()
    factory.stock(item, 24)
    shipment = factory.packed(factory.order(buyer, [(item, "24", "1")]))
    with pytest.raises(NotAllowed) as refused:
        issuing.issue(shipment)
    assert "Settings → Company" in refused.value.remedy


def test_without_a_bank_account_in_the_currency_the_box_is_left_out(
    factory: Factory, cups: int, buyer: int
) -> None:
    factory.change(BankAccount, 1, currency="EUR")
    shipment = factory.documented(factory.order(buyer, [(cups, "24", "1")]))
    assert facts_of(factory, shipment).bank is None
    assert shipping_views.detail(shipment).without_bank
    factory.change(BankAccount, 1, currency="USD")
    assert not shipping_views.detail(shipment).without_bank


def test_a_term_without_its_place_is_refused(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.packed(factory.order(buyer, [(cups, "24", "1")], place=""))
    with pytest.raises(DomainError, match="named place"):
        issuing.issue(shipment)


def test_an_issued_paper_does_not_follow_its_sources(factory: Factory, cups: int, buyer: int) -> None:
    shipment = factory.documented(factory.order(buyer, [(cups, "24", "1")]))
    paper = issuing.issue(shipment).value[0]
    before = documents.document_bytes(paper.id)
    factory.change(Company, 1, name_en="Renamed Co.")
    factory.change(Item, cups, options="")
    assert documents.document_bytes(paper.id) == before
    assert not shipping_views.detail(shipment).documents_current
