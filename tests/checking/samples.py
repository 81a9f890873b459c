"""A whole set of papers for one CIF shipment under a letter of credit, without a fault, and its spoiling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from factory_erp.checking.credit import Credit
from factory_erp.checking.engine import check
from factory_erp.checking.findings import Finding
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import (
    Cartons,
    Certificate,
    Container,
    Customs,
    Draft,
    Goods,
    Insurance,
    Paper,
    PaperKind,
    PaperSet,
    SupplierInvoice,
)

D = Decimal

SELLER = Firm(
    "NINGBO HAIYUE HOUSEWARE CO., LTD.",
    ("88 JIANGNAN ROAD", "NINGBO, CHINA"),
    "CN",
    "宁波海悦家居用品有限公司",
)
BUYER = Firm("NORDHAUS HANDELS GMBH", ("SPEICHERSTRASSE 12", "20457 HAMBURG, GERMANY"), "DE")
TO_ORDER = Firm("TO ORDER OF SHIPPER")
BANK = "DEUTSCHE HANSEBANK AG, HAMBURG"
MARKS = ("NORDHAUS", "PO 4500018", "HAMBURG", "C/NO. 1-150")
CONTAINER = "CSQU3054383"

CREDIT = Credit(
    number="LC26081234",
    form="IRREVOCABLE",
    rules="UCP LATEST VERSION",
    issued_on=date(2026, 7, 6),
    expires_on=date(2026, 9, 25),
    expiry_place="CHINA",
    applicant=BUYER,
    beneficiary=SELLER,
    issuing_bank=BANK,
    currency="USD",
    amount=D("10200.00"),
    available_with="ANY BANK IN CHINA",
    available_by="NEGOTIATION",
    drafts_at="SIGHT FOR 100 PCT OF INVOICE VALUE",
    drawee=BANK,
    partial_shipments="not allowed",
    transshipment="not allowed",
    port_of_loading="ANY CHINESE PORT",
    port_of_discharge="HAMBURG, GERMANY",
    latest_shipment=date(2026, 8, 31),
    goods=(
        "2,400 PCS STAINLESS STEEL BOTTLES 500ML AT USD3.20/PC\n"
        "1,200 PCS STAINLESS STEEL MUGS 350ML AT USD2.10/PC\n"
        "AS PER S/C NO. SC2026-081 DATED 15 JUNE 2026\n"
        "CIF HAMBURG, GERMANY INCOTERMS 2020"
    ),
    documents=(
        "SIGNED COMMERCIAL INVOICE IN TRIPLICATE INDICATING PO NO. 4500018",
        "FULL SET OF 3/3 CLEAN ON BOARD OCEAN BILLS OF LADING MADE OUT TO ORDER OF SHIPPER, BLANK ENDORSED, "
        "MARKED FREIGHT PREPAID, NOTIFY APPLICANT",
        "PACKING LIST IN TRIPLICATE",
        "CERTIFICATE OF ORIGIN IN 1 ORIGINAL AND 2 COPIES",
        "INSURANCE POLICY OR CERTIFICATE IN DUPLICATE, ENDORSED IN BLANK, FOR 110 PCT OF INVOICE VALUE, "
        "COVERING ALL RISKS AND WAR RISK",
        "BENEFICIARY'S CERTIFICATE STATING THAT ONE SET OF NON-NEGOTIABLE DOCUMENTS MUST BE SENT TO THE "
        "APPLICANT BY COURIER WITHIN 3 DAYS AFTER SHIPMENT",
        "SHIPPING ADVICE SENT TO THE APPLICANT",
        "INSPECTION CERTIFICATE ISSUED BY THE MANUFACTURER",
    ),
    conditions=("ALL DOCUMENTS MUST BEAR THIS L/C NUMBER.",),
    presentation_days=21,
)

GOODS = (
    Goods(
        line_no=1,
        item_number="BTL-500",
        description="STAINLESS STEEL BOTTLES 500ML",
        quantity=D(2400),
        unit="PCS",
        unit_price=D("3.20"),
        amount=D("7680.00"),
        hs_code="7323930000",
        origin="CN",
    ),
    Goods(
        line_no=2,
        item_number="MUG-350",
        description="STAINLESS STEEL MUGS 350ML",
        quantity=D(1200),
        unit="PCS",
        unit_price=D("2.10"),
        amount=D("2520.00"),
        hs_code="7323930000",
        origin="CN",
    ),
)

CARTONS = (
    Cartons(
        ranges="1-100",
        count=100,
        item_number="BTL-500",
        per_carton=D(24),
        quantity=D(2400),
        unit="PCS",
        net_kg_each=D("9.6"),
        gross_kg_each=D("10.8"),
        length_cm=D(50),
        width_cm=D(40),
        height_cm=D(30),
        net_kg=D(960),
        gross_kg=D(1080),
        volume_m3=D("6.000"),
    ),
    Cartons(
        ranges="101-150",
        count=50,
        item_number="MUG-350",
        per_carton=D(24),
        quantity=D(1200),
        unit="PCS",
        net_kg_each=D("7.2"),
        gross_kg_each=D(8),
        length_cm=D(45),
        width_cm=D(36),
        height_cm=D(32),
        net_kg=D(360),
        gross_kg=D(400),
        volume_m3=D("2.592"),
    ),
)

_LC: dict[str, Any] = {"lc_number": "LC26081234", "lc_date": date(2026, 7, 6)}
_INVOICE: dict[str, Any] = {"invoice_number": "CI-2026-0815"}
_VOYAGE: dict[str, Any] = {
    "vessel": "EVER GLORY",
    "voyage": "068W",
    "port_of_loading": "NINGBO, CHINA",
    "port_of_discharge": "HAMBURG, GERMANY",
}
_WEIGHT: dict[str, Any] = {"packages": 150, "gross_kg": D(1480)}
_COUNTRIES: dict[str, Any] = {"origin_country": "CN", "destination_country": "DE"}

INVOICE = Paper(
    "commercial_invoice",
    title="COMMERCIAL INVOICE",
    number="CI-2026-0815",
    date=date(2026, 8, 15),
    originals=3,
    copies=0,
    signed=True,
    issuer=SELLER,
    addressee=BUYER,
    currency="USD",
    total=D("10200.00"),
    words="SAY US DOLLARS TEN THOUSAND TWO HUNDRED ONLY",
    trade_term="CIF HAMBURG, GERMANY INCOTERMS 2020",
    goods=GOODS,
    marks=MARKS,
    packages=150,
    package_words="ONE HUNDRED AND FIFTY CARTONS",
    contract_number="SC2026-081",
    order_numbers=("4500018",),
    **_LC,
    **_VOYAGE,
    **_COUNTRIES,
)

PACKING_LIST = Paper(
    "packing_list",
    title="PACKING LIST",
    number="CI-2026-0815",
    date=date(2026, 8, 15),
    originals=3,
    copies=0,
    signed=True,
    issuer=SELLER,
    addressee=BUYER,
    goods=tuple(replace(goods, unit_price=None, amount=None, hs_code="") for goods in GOODS),
    marks=MARKS,
    net_kg=D(1320),
    volume_m3=D("8.592"),
    cartons=CARTONS,
    containers=(Container(CONTAINER, "SL123456", "40HQ"),),
    contract_number="SC2026-081",
    **_WEIGHT,
    **_LC,
    **_INVOICE,
    **_VOYAGE,
)

BILL = Paper(
    "bill_of_lading",
    title="BILL OF LADING",
    number="EGLV143600012345",
    date=date(2026, 8, 20),
    originals=3,
    copies=3,
    signed=True,
    text="CLEAN ON BOARD. SHIPPER'S LOAD AND COUNT. FREIGHT PREPAID. SIGNED BY THE CARRIER.",
    issuer=Firm("EVERGREEN MARINE CORPORATION"),
    shipper=SELLER,
    consignee=TO_ORDER,
    notify=BUYER,
    goods=(Goods(description="STAINLESS STEEL BOTTLES AND MUGS", packages=150, gross_kg=D(1480)),),
    marks=MARKS,
    volume_m3=D("8.592"),
    containers=(Container(CONTAINER, "SL123456", "40HQ", packages=150),),
    on_board=date(2026, 8, 20),
    freight="prepaid",
    **_WEIGHT,
    **_LC,
    **_VOYAGE,
)

ORIGIN = Paper(
    "certificate_of_origin",
    title="CERTIFICATE OF ORIGIN",
    number="CCPIT26033101",
    date=date(2026, 8, 18),
    originals=1,
    copies=2,
    signed=True,
    issuer=SELLER,
    consignee=BUYER,
    goods=tuple(
        replace(goods, unit_price=None, amount=None, hs_code="732393", criterion="") for goods in GOODS
    ),
    marks=MARKS,
    certificate=Certificate(form="general", importing_country="DE", certifier="CCPIT NINGBO"),
    **_WEIGHT,
    **_LC,
    **_INVOICE,
    **_VOYAGE,
    **_COUNTRIES,
)

INSURANCE = Paper(
    "insurance",
    title="CARGO TRANSPORTATION INSURANCE POLICY",
    number="PYIE202633010000001",
    date=date(2026, 8, 18),
    originals=2,
    copies=0,
    signed=True,
    issuer=Firm("PICC PROPERTY AND CASUALTY COMPANY LIMITED"),
    goods=(Goods(description="STAINLESS STEEL BOTTLES AND MUGS"),),
    packages=150,
    insurance=Insurance(
        insured=D("11220.00"),
        currency="USD",
        risks=("ALL RISKS", "WAR RISK"),
        endorsed=True,
        claims_payable_at="HAMBURG",
        covers_from="NINGBO, CHINA",
        covers_to="HAMBURG, GERMANY",
    ),
    **_LC,
    **_INVOICE,
    **_VOYAGE,
)

DRAFT = Paper(
    "draft",
    title="BILL OF EXCHANGE",
    number="CI-2026-0815",
    date=date(2026, 9, 1),
    originals=2,
    copies=0,
    signed=True,
    issuer=SELLER,
    currency="USD",
    total=D("10200.00"),
    words="US DOLLARS TEN THOUSAND TWO HUNDRED ONLY",
    draft=Draft(tenor="SIGHT", drawee=Firm(BANK), payee="BANK OF CHINA, NINGBO BRANCH", drawn_under=BANK),
    **_LC,
    **_INVOICE,
)

BENEFICIARY = Paper(
    "beneficiary_certificate",
    title="BENEFICIARY'S CERTIFICATE",
    number="CI-2026-0815",
    date=date(2026, 8, 22),
    originals=1,
    copies=0,
    signed=True,
    text=(
        "WE HEREBY CERTIFY THAT ONE SET OF NON-NEGOTIABLE DOCUMENTS HAS BEEN SENT TO THE APPLICANT, "
        "NORDHAUS HANDELS GMBH, BY COURIER WITHIN 3 DAYS AFTER SHIPMENT."
    ),
    issuer=SELLER,
    **_LC,
    **_INVOICE,
)

ADVICE = Paper(
    "shipping_advice",
    title="SHIPPING ADVICE",
    number="CI-2026-0815",
    date=date(2026, 8, 21),
    originals=1,
    copies=0,
    issuer=SELLER,
    addressee=BUYER,
    etd=date(2026, 8, 20),
    **_WEIGHT,
    **_LC,
    **_INVOICE,
    **_VOYAGE,
)

INSPECTION = Paper(
    "certificate",
    title="INSPECTION CERTIFICATE",
    number="QC-2026-0311",
    date=date(2026, 8, 14),
    originals=1,
    copies=0,
    signed=True,
    text="THE GOODS HAVE BEEN INSPECTED AND CONFORM TO THE CONTRACT.",
    issuer=SELLER,
    certificate=Certificate(inspected_on=date(2026, 8, 14)),
    **_LC,
    **_INVOICE,
)

BOOKING = Paper(
    "booking_note",
    title="BOOKING NOTE",
    number="NGB260800123",
    date=date(2026, 8, 5),
    shipper=SELLER,
    consignee=TO_ORDER,
    notify=BUYER,
    goods=(Goods(description="STAINLESS STEEL BOTTLES AND MUGS"),),
    marks=MARKS,
    volume_m3=D("8.592"),
    etd=date(2026, 8, 20),
    freight="prepaid",
    transshipment="not allowed",
    partial_shipment="not allowed",
    **_WEIGHT,
    **_VOYAGE,
)

DECLARATION = Paper(
    "customs_declaration",
    title="出口货物报关单",
    number="310420260000012345",
    date=date(2026, 8, 17),
    issuer=SELLER,
    consignee=BUYER,
    currency="USD",
    total=D("10200.00"),
    goods=(
        Goods(
            line_no=1,
            description="不锈钢水瓶",
            quantity=D(2400),
            unit="个",
            unit_price=D("3.20"),
            amount=D("7680.00"),
            hs_code="7323930000",
            origin="CN",
            net_kg=D(960),
            first_quantity=D(960),
            first_unit="千克",
            levy="照章征税",
            source_place="宁波其他",
        ),
        Goods(
            line_no=2,
            description="不锈钢杯",
            quantity=D(1200),
            unit="个",
            unit_price=D("2.10"),
            amount=D("2520.00"),
            hs_code="7323930000",
            origin="CN",
            net_kg=D(360),
            first_quantity=D(360),
            first_unit="千克",
            levy="照章征税",
            source_place="宁波其他",
        ),
    ),
    marks=MARKS,
    net_kg=D(1320),
    containers=(Container(CONTAINER),),
    vessel="EVER GLORY",
    voyage="068W",
    contract_number="SC2026-081",
    invoice_number="CI-2026-0815",
    customs=Customs(
        terms="CIF",
        freight_mark="3",
        insurance_mark="3",
        freight=D(800),
        insurance=D("33.66"),
        consignor="宁波海悦家居用品有限公司",
        producer="宁波海悦家居用品有限公司",
        declarant="宁波顺达报关有限公司",
        exit_office="北仑海关",
        exit_port="宁波",
        trade_country="德国",
        arrival_country="德国",
        destination_port="汉堡",
        supervision="0110",
        levy="101",
        packaging="22",
    ),
    **_WEIGHT,
    **_COUNTRIES,
)

VGM = Paper(
    "vgm_declaration",
    title="VGM DECLARATION",
    number="NGB260800123",
    date=date(2026, 8, 18),
    signed=True,
    issuer=SELLER,
    containers=(
        Container(
            CONTAINER,
            "SL123456",
            "40HQ",
            gross_kg=D(1480),
            tare_kg=D(3800),
            vgm_kg=D(5280),
            max_gross_kg=D(30480),
            volume_m3=D("8.592"),
            packages=150,
        ),
    ),
    vessel="EVER GLORY",
    voyage="068W",
)

LABEL = Paper(
    "carton_label",
    title="CARTON LABEL",
    marks=MARKS,
    origin_country="CN",
)

SUPPLIERS = (
    SupplierInvoice(
        "永康市恒发金属制品厂",
        "不锈钢水瓶",
        "个",
        D(2400),
        D("36000.00"),
        D("4680.00"),
        "宁波海悦家居用品有限公司",
    ),
    SupplierInvoice(
        "永康市恒发金属制品厂",
        "不锈钢杯",
        "个",
        D(1200),
        D("12000.00"),
        D("1560.00"),
        "宁波海悦家居用品有限公司",
    ),
)

GOOD = PaperSet(
    papers=(
        INVOICE,
        PACKING_LIST,
        BILL,
        ORIGIN,
        INSURANCE,
        DRAFT,
        BENEFICIARY,
        ADVICE,
        INSPECTION,
        BOOKING,
        DECLARATION,
        VGM,
        LABEL,
    ),
    credit=CREDIT,
    presented_on=date(2026, 9, 2),
    supplier_invoices=SUPPLIERS,
    seller=SELLER,
)
"""The whole set; no rule finds anything in it."""


def with_paper(kind: PaperKind, papers: PaperSet = GOOD, **fields: Any) -> PaperSet:
    """*papers* with *fields* of the papers of *kind* changed."""
    changed = (replace(paper, **fields) if paper.kind == kind else paper for paper in papers.papers)
    return replace(papers, papers=tuple(changed))


def with_line(
    kind: PaperKind, index: int, papers: PaperSet = GOOD, group: str = "goods", **fields: Any
) -> PaperSet:
    """*papers* with *fields* changed in line *index* of its *group* ("goods", "cartons" …)."""
    paper = next(one for one in papers.papers if one.kind == kind)
    lines = list(getattr(paper, group))
    lines[index] = replace(lines[index], **fields)
    return with_paper(kind, papers, **{group: tuple(lines)})


def with_part(kind: PaperKind, part: str, papers: PaperSet = GOOD, **fields: Any) -> PaperSet:
    """*papers* with *fields* changed in the *part* of a paper ("insurance", "draft" …)."""
    paper = next(one for one in papers.papers if one.kind == kind)
    return with_paper(kind, papers, **{part: replace(getattr(paper, part), **fields)})


def with_credit(papers: PaperSet = GOOD, **fields: Any) -> PaperSet:
    """*papers* with *fields* of the letter of credit changed."""
    assert papers.credit is not None
    return replace(papers, credit=replace(papers.credit, **fields))


def without(kind: PaperKind, papers: PaperSet = GOOD) -> PaperSet:
    """*papers* without those of *kind*."""
    return replace(papers, papers=tuple(paper for paper in papers.papers if paper.kind != kind))


def plus(*more: Paper, papers: PaperSet = GOOD) -> PaperSet:
    """*papers* and *more*."""
    return replace(papers, papers=(*papers.papers, *more))


def findings(rule: int, papers: PaperSet) -> list[Finding]:
    """What *rule* finds in *papers*."""
    return [finding for finding in check(papers) if finding.rule == rule]
