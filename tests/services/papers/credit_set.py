"""A shipment under a letter of credit with its whole set of papers, ours as issued and others' as typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Paper
from factory_erp.documents.snapshot import Language
from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from factory_erp.models.partners import Company
from factory_erp.models.sales import SalesOrder
from factory_erp.services.credits.letters import save_credit
from factory_erp.services.credits.message import from_message
from factory_erp.services.credits.shipments import set_credit, set_presented
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing.forms import save_paper_form
from factory_erp.services.issuing.loading import ContainerInput, set_containers
from factory_erp.services.paper_checks.checks import CheckView, check_shipment
from factory_erp.services.paper_checks.foreign_papers import foreign_paper, save_foreign
from factory_erp.services.shipping import shipments as shipping
from tests.services.papers.declared import GLASS, STEEL, Declared

ON_BOARD = date(2026, 12, 1)
PRESENTED = date(2026, 12, 8)
CONTAINER, SEAL = "CSQU3054383", "SL123456"
PAPERS = (
    "commercial_invoice", "packing_list", "origin_general", "bill_of_exchange", "weight_certificate",
    "booking_note", "vgm_declaration", "customs_declaration", "carton_labels",
)  # fmt: skip
AFTER_SHIPMENT = ("beneficiary_certificate", "shipping_advice")

MESSAGE = """:27:1/1
:40A:IRREVOCABLE
:20:LC26110815
:31C:261020
:40E:UCP LATEST VERSION
:31D:270115CHINA
:52D:DEUTSCHE HANSEBANK AG
HAMBURG, GERMANY
:50:NORDLICHT HANDELS GMBH
KONTORWEG 1
28195 BREMEN, GERMANY
:59:NINGBO BRIGHT CUP CO., LTD.
8 HARBOUR ROAD
NINGBO, CHINA
:32B:USD580,00
:41D:ANY BANK IN CHINA
BY NEGOTIATION
:42C:SIGHT FOR 100 PCT OF INVOICE VALUE
:42D:DEUTSCHE HANSEBANK AG
HAMBURG, GERMANY
:43P:NOT ALLOWED
:43T:NOT ALLOWED
:44E:NINGBO, CHINA
:44F:HAMBURG, GERMANY
:44C:261210
:45A:48 PCS BOTTLE CUP AT USD10.00/PC
50 PCS BOTTLE GLASS AT USD2.00/PC
CIF HAMBURG
:46A:+SIGNED COMMERCIAL INVOICE IN TRIPLICATE
+FULL SET OF 3/3 CLEAN ON BOARD BILLS OF LADING MADE OUT TO ORDER OF SHIPPER, MARKED FREIGHT PREPAID,
NOTIFY APPLICANT
+PACKING LIST IN TRIPLICATE
+CERTIFICATE OF ORIGIN IN 1 ORIGINAL AND 2 COPIES
+INSURANCE POLICY IN DUPLICATE, ENDORSED IN BLANK, FOR 110 PCT OF INVOICE VALUE, COVERING ALL RISKS
+WEIGHT CERTIFICATE IN DUPLICATE
+BENEFICIARY'S CERTIFICATE STATING THAT ONE SET OF NON-NEGOTIABLE DOCUMENTS MUST BE SENT TO THE
APPLICANT BY COURIER WITHIN 7 DAYS AFTER SHIPMENT
+SHIPPING ADVICE SENT TO THE APPLICANT
:47A:+COMMERCIAL INVOICE AND PACKING LIST MUST BEAR THIS L/C NUMBER
:48:21
:49:WITHOUT"""


class CreditSet(Declared):
    """48 steel cups and 50 glasses, CIF Hamburg, all papers made by the program or typed to fit."""

    def __init__(self, db: Database, language: Language = "en", message: str = MESSAGE) -> None:
        super().__init__(db)
        self.language = language
        company = self.one(Company)
        self.change(Company, company.id, address_en="8 Harbour Road\nNingbo", authorised_person="Li Wei")
        self.cup = self.goods("CUP", STEEL, "保温杯")
        self.glass = self.goods("GLASS", GLASS, "玻璃杯")
        order = self.order(
            self.customer(), [(self.cup, "48", "10"), (self.glass, "50", "2")],
            incoterm="CIF", place="Hamburg", customer_po="4500018",
        )  # fmt: skip
        self.order_id = order
        self.contract()
        self.shipment_id = self.packed(order)
        self.transport()
        set_containers(
            self.shipment_id,
            [ContainerInput("40HQ", CONTAINER, SEAL, tare_g=3_800_000, max_gross_g=30_480_000)],
        )
        self.credit = save_credit(from_message(message).given, "lc").value
        set_credit(self.shipment_id, self.credit)
        self.declare()

    def contract(self) -> None:
        """The sales contract of the order, which the declaration names."""
        issuing.issue_for_order(self.order_id, "sales_contract")

    def transport(self, **values: Any) -> None:
        """How the goods travel."""
        given: dict[str, Any] = {
            "vessel_voyage": "EVER GLORY V.068W", "port_of_loading": "CNNBO", "port_of_discharge": "DEHAM",
            "etd": ON_BOARD, "booking_number": "NGB26110123",
        }  # fmt: skip
        shipping.set_transport(self.shipment_id, shipping.TransportInput(**(given | values)))

    def declare(self) -> None:
        """What the clerk types for customs."""
        save_paper_form(
            self.shipment_id,
            "customs_declaration",
            {
                "exit_customs.code": "3104", "exit_customs.name": "北仑海关",
                "exit_port.code": "330201", "exit_port.name": "宁波",
                "freight.mark": "3", "freight.amount": Decimal(80), "freight.currency": "USD",
                "insurance.mark": "3", "insurance.amount": Decimal(3), "insurance.currency": "USD",
            },
        )  # fmt: skip

    def issue(self, *kinds: str) -> None:
        """Issue our papers."""
        issuing.issue(self.shipment_id, kinds or PAPERS, language=self.language)

    def sail(self) -> None:
        """The ship has left; what reports it is issued then, and the papers go to the bank."""
        self.transport(bill_number="EGLV143600012345", on_board=ON_BOARD)
        self.issue(*AFTER_SHIPMENT)
        after = ON_BOARD + timedelta(days=2)
        for row in self.all(Document, shipment_id=self.shipment_id):
            if row.kind in AFTER_SHIPMENT:
                self.change(Document, row.id, snapshot=row.snapshot.replace("2026-11-23", after.isoformat()))
        set_presented(self.shipment_id, PRESENTED)

    def others(self) -> None:
        """The carrier's bill and the insurer's policy, as they came back."""
        bill = foreign_paper(self.shipment_id, "bill_of_lading").paper
        self.type_paper(
            replace(
                bill, date=ON_BOARD, on_board=ON_BOARD, signed=True, copies=3,
                issuer=Firm("EVERGREEN MARINE CORPORATION"), text="CLEAN ON BOARD. FREIGHT PREPAID.",
            )
        )  # fmt: skip
        cover = foreign_paper(self.shipment_id, "insurance").paper
        assert cover.insurance is not None
        self.type_paper(
            replace(
                cover, number="PYIE2026330100", date=ON_BOARD - timedelta(days=2), originals=2, copies=0,
                signed=True, issuer=Firm("PICC PROPERTY AND CASUALTY COMPANY LIMITED"),
                insurance=replace(
                    cover.insurance, insured=Decimal(638), risks=("ALL RISKS",), endorsed=True,
                    claims_payable_at="HAMBURG",
                ),
            )
        )  # fmt: skip

    def type_paper(self, paper: Paper) -> None:
        """Keep a paper of another hand."""
        save_foreign(self.shipment_id, paper.kind, paper)

    def retype(self, kind: str, **values: Any) -> None:
        """Type fields of a paper of another hand otherwise."""
        self.type_paper(replace(foreign_paper(self.shipment_id, kind).paper, **values))

    def presented(self) -> CreditSet:
        """The whole set, ready for the bank."""
        self.issue()
        self.sail()
        self.others()
        return self

    def check(self) -> CheckView:
        """What is wrong with it."""
        return check_shipment(self.shipment_id)

    def rules(self) -> set[tuple[int, str]]:
        """Rule and severity of what is wrong."""
        return {(finding.rule, finding.severity) for finding in self.check().findings}

    def order_number(self) -> str:
        """Ours."""
        number: str = self.one(SalesOrder, id=self.order_id).number
        return number
