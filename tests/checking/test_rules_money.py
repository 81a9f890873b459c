"""Rules 1 to 9 and 15: sets that break them, and near misses that do not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Charge, Goods, PaperSet
from tests.checking.samples import (
    BUYER,
    CREDIT,
    DRAFT,
    GOODS,
    SELLER,
    findings,
    plus,
    with_credit,
    with_line,
    with_paper,
    with_part,
)

D = Decimal


def invoice(**fields: object) -> PaperSet:
    return with_paper("commercial_invoice", **fields)


def priced(total: str, amount: str, **credit: object) -> PaperSet:
    """The invoice for *total* under a credit of *amount*."""
    return with_credit(invoice(total=D(total)), amount=D(amount), **credit)


def quantity(pieces: int, price: str = "3.20") -> PaperSet:
    """The bottles in another quantity, with the right amount and total."""
    amount = pieces * D(price)
    bottles = replace(GOODS[0], quantity=D(pieces), unit_price=D(price), amount=amount)
    return invoice(goods=(bottles, GOODS[1]), total=amount + GOODS[1].amount)


TWO_HALVES = plus(
    replace(DRAFT, total=D("5100.00"), words="", ref="second"),
    papers=with_paper("draft", total=D("5100.00"), words=""),
)
BULK = with_credit(
    with_line("commercial_invoice", 0, quantity(2500), unit="KGS"),
    goods="2,400 KGS STAINLESS STEEL BOTTLES 500ML\n1,200 PCS STAINLESS STEEL MUGS 350ML",
    amount=D("20000.00"),
)
ONE_MORE = with_line("commercial_invoice", 0, quantity=D(2401))
FIGURES: dict[str, tuple[int, PaperSet, str]] = {
    "above the credit": (
        2, priced("10300", "10200"), "The invoices come to USD 10,300, the credit allows USD 10,200."
    ),
    "below it": (
        2,
        with_credit(invoice(total=D("5000")), partial_shipments="not allowed"),
        "The invoices come to USD 5,000 of USD 10,200, but partial shipments are not allowed.",
    ),
    "draft": (
        3,
        with_paper("draft", total=D("10100"), words=""),
        "Drawn are USD 10,100, but the invoice gives USD 10,200.",
    ),
    "line": (
        4,
        with_line("commercial_invoice", 0, amount=D("7000")),
        "Line 1: quantity × price is USD 7,680, but the amount is USD 7,000.",
    ),
    "total": (
        4,
        invoice(total=D("10100"), words=""),
        "Lines and charges come to USD 10,200, but the total is USD 10,100.",
    ),
    "words": (
        4,
        invoice(words="USD ONE HUNDRED ONLY"),
        "The amount is USD 100 in words and USD 10,200 in figures.",
    ),
    "quantity": (8, quantity(3000), "Invoiced are 4,200 PC, the credit is for 3,600 PC."),
    "insurance": (
        17,
        with_part("insurance", "insurance", insured=D("10000")),
        "Insured are USD 10,000; 110 % of USD 10,200 is USD 11,220.",
    ),
    "origin": (
        18,
        with_line("certificate_of_origin", 0, quantity=D(5)),
        "The certificate of origin is for 1,205 PC, the invoice for 3,600 PC.",
    ),
    "packed": (
        23,
        ONE_MORE,
        "BTL-500: 2,400 PCS are packed, 2,401 PCS are invoiced.",
    ),
    "packed in units of a code": (
        23,
        with_line("packing_list", 0, ONE_MORE, "cartons", unit="H87"),
        "BTL-500: 2,400 PCS are packed, 2,401 PCS are invoiced.",
    ),
    "declared": (
        31,
        with_paper("customs_declaration", total=D("9000")),
        "USD 9,000 are declared, USD 10,200 are invoiced.",
    ),
    "price on a packing list": (
        39,
        with_paper("packing_list", total=D("9000"), currency="USD"),
        "The packing list shows a price: USD 9,000.",
    ),
    "no currency is known": (
        39, with_paper("packing_list", total=D("9000")), "The packing list shows a price: 9,000."
    ),
}  # fmt: skip
TWO_ITEMS = with_credit(invoice(goods=GOODS[:1]), partial_shipments="allowed")
FREE_SAMPLE = Goods(line_no=3, description="PORCELAIN TEAPOT", quantity=D(1), unit="SET", amount=D(0))

BROKEN: dict[str, tuple[int, PaperSet, str]] = {
    "invoice in another currency": (1, invoice(currency="EUR"), "E"),
    "credit in another currency": (1, with_credit(currency="CNY"), "E"),
    "invoice above the credit": (2, priced("10200.01", "10200.00"), "E"),
    "above the tolerance of 39A": (2, priced("10710.01", "10200.00", tolerance_plus=D(5)), "E"),
    "39B bars an excess in spite of 39A": (
        2,
        priced("10300", "10200", tolerance_plus=D(5), max_amount_words="NOT EXCEEDING"),
        "E",
    ),
    "above by freight that 39C covers": (
        2,
        with_credit(
            invoice(total=D(10300), charges=(Charge("FREIGHT", D(100)),)), additional_amounts="FREIGHT"
        ),
        "W",
    ),
    "too little where parts are barred": (2, priced("9689.99", "10200.00"), "E"),
    "below the tolerance of 39A": (
        2,
        priced("9893.99", "10200", tolerance_minus=D(3), tolerance_plus=D(3)),
        "E",
    ),
    "draft for less than the invoice": (3, with_paper("draft", total=D("10000.00"), words=""), "E"),
    "words of the draft say more": (
        3,
        with_paper("draft", words="US DOLLARS TEN THOUSAND THREE HUNDRED ONLY"),
        "E",
    ),
    "draft in another currency": (3, with_paper("draft", currency="EUR"), "E"),
    "draft for 100 % where the credit says 80": (
        3,
        with_credit(drafts_at="SIGHT FOR 80 PCT OF INVOICE VALUE"),
        "E",
    ),
    "time draft under a sight credit": (3, with_part("draft", "draft", tenor="90 DAYS AFTER B/L DATE"), "E"),
    "two drafts that do not add up": (
        3,
        plus(replace(DRAFT, ref="second", total=D(1)), papers=TWO_HALVES),
        "E",
    ),
    "line amount wrong by a cent": (4, with_line("commercial_invoice", 0, amount=D("7680.01")), "E"),
    "total is not the sum": (4, invoice(total=D("10199.00"), words=""), "E"),
    "charge not in the total": (4, invoice(charges=(Charge("FREIGHT", D(100)),)), "E"),
    "words of the invoice": (4, invoice(words="SAY US DOLLARS TEN THOUSAND AND TWO CENTS ONLY"), "E"),
    "invoice by somebody else": (5, invoice(issuer=Firm("SHANGHAI OTHER TRADING CO., LTD.", (), "CN")), "E"),
    "invoice to somebody else": (5, invoice(addressee=Firm("SUEDHAUS AG", (), "DE")), "E"),
    "applicant in another country": (
        5,
        invoice(addressee=replace(BUYER, address=("WIEN",), country="AT")),
        "E",
    ),
    "no addressee": (5, invoice(addressee=None), "E"),
    "second beneficiary of a transferable credit": (
        5,
        with_credit(invoice(issuer=Firm("YIWU MAKER LTD")), form="IRREVOCABLE TRANSFERABLE"),
        "W",
    ),
    "a word missing on its line": (
        6,
        with_line("commercial_invoice", 0, description="STEEL BOTTLES 500ML"),
        "W",
    ),
    "a word missing on all lines": (6, with_credit(goods=CREDIT.goods.replace("MUGS", "THERMO MUGS")), "E"),
    "another HS code": (6, with_credit(goods=CREDIT.goods + "\nHS CODE 7323.94"), "E"),
    "another model number": (6, with_credit(goods=CREDIT.goods + "\nMODEL HY-88"), "E"),
    "a misspelt word": (6, with_credit(goods=CREDIT.goods.replace("BOTTLES", "BOTTELS")), "W"),
    "free samples that the credit does not know": (6, invoice(goods=(*GOODS, FREE_SAMPLE)), "E"),
    "another Incoterms code": (7, invoice(trade_term="CFR HAMBURG INCOTERMS 2020"), "E"),
    "another place": (7, invoice(trade_term="CIF BREMERHAVEN INCOTERMS 2020"), "E"),
    "another version": (7, invoice(trade_term="CIF HAMBURG INCOTERMS 2010"), "E"),
    "no version where the credit has one": (7, invoice(trade_term="CIF HAMBURG"), "E"),
    "no trade term": (7, invoice(trade_term=""), "E"),
    "one piece too many": (8, quantity(2401), "E"),
    "pieces short where parts are barred": (8, quantity(2399), "E"),
    "six per cent more of bulk goods": (8, with_line("commercial_invoice", 0, BULK, quantity=D(2521)), "E"),
    "price above the credit's": (9, quantity(2400, "3.21"), "E"),
    "price below the credit's": (9, quantity(2400, "3.19"), "E"),
    "titled proforma": (15, invoice(title="PROFORMA INVOICE"), "E"),
    "titled pro-forma": (15, invoice(title="Pro-Forma Invoice"), "E"),
    "titled provisional": (15, invoice(title="PROVISIONAL INVOICE"), "E"),
    "titled in Chinese": (15, invoice(title="形式发票"), "E"),
}

NEAR: dict[str, tuple[int, PaperSet]] = {
    "currency in small letters": (1, invoice(currency="usd")),
    "no currency stated": (1, invoice(currency="")),
    "exactly 39A": (2, priced("10710.00", "10200.00", tolerance_plus=D(5))),
    "about, ten per cent": (2, priced("11220", "10200", conditions=("FOR ABOUT USD 10200",))),
    "five per cent less of article 30c": (2, priced("9690.00", "10200.00")),
    "half, where parts may be shipped": (2, priced("5000", "10200", partial_shipments="allowed")),
    "nothing said of parts": (2, priced("5000", "10200", partial_shipments="")),
    "80 % draft": (
        3,
        with_credit(
            with_paper("draft", total=D("8160.00"), words=""), drafts_at="SIGHT FOR 80 PCT OF INVOICE VALUE"
        ),
    ),
    "words written another way": (
        3,
        with_paper("draft", words="TEN THOUSAND TWO HUNDRED US DOLLARS AND 00/100"),
    ),
    "words in Chinese": (3, with_paper("draft", words="美元壹万零贰佰元整")),
    "two drafts that add up": (3, TWO_HALVES),
    "at sight": (3, with_part("draft", "draft", tenor="AT ****** SIGHT")),
    "half a cent rounded up": (
        4,
        invoice(
            goods=(Goods(quantity=D(3), unit="PCS", unit_price=D("0.335"), amount=D("1.01")),),
            total=D("1.01"),
            words="",
        ),
    ),
    "yen have no decimals": (
        4,
        invoice(
            currency="JPY",
            goods=(Goods(quantity=D(3), unit="PCS", unit_price=D("10.50"), amount=D(32)),),
            total=D(32),
            words="SAY JAPANESE YEN THIRTY-TWO ONLY",
        ),
    ),
    "discount and freight in the total": (
        4,
        invoice(charges=(Charge("FREIGHT", D(300)), Charge("DISCOUNT", D(-200))), total=D(10300), words=""),
    ),
    "a line without amount": (4, with_line("commercial_invoice", 1, amount=None)),
    "name abbreviated": (5, invoice(issuer=replace(SELLER, name="Ningbo Haiyue Houseware Company Limited"))),
    "address in the same country": (
        5,
        invoice(addressee=replace(BUYER, address=("HAFENALLEE 1", "BERLIN, GERMANY"))),
    ),
    "buyer instead of addressee": (5, invoice(addressee=None, buyer=BUYER)),
    "description in small letters": (
        6,
        with_line("commercial_invoice", 0, description="Bottles, stainless-steel, 500 ml"),
    ),
    "singular and plural": (
        6,
        with_line("commercial_invoice", 0, description="STAINLESS STEEL BOTTLE 500ML"),
    ),
    "one item of a partial shipment": (6, TWO_ITEMS),
    "words cut at the end of a line": (
        6,
        with_credit(goods=CREDIT.goods.replace("BOTTLES", "BOT\nTLES").replace("2,400", "1) 2,400")),
    ),
    "contract with its date in figures": (
        6,
        with_credit(goods=CREDIT.goods.replace("15 JUNE 2026", "15/06/2026")),
    ),
    "tolerance, origin and HS code": (
        6,
        with_credit(
            goods=CREDIT.goods + "\n+/-5PCT IN QUANTITY AND AMOUNT ALLOWED\n"
            "COUNTRY OF ORIGIN: P.R. CHINA\nHS CODE: 7323.93"
        ),
    ),
    "thousands written without comma": (6, with_credit(goods=CREDIT.goods.replace("2,400", "2400.00"))),
    "more detail than the credit": (
        6,
        with_line("commercial_invoice", 0, description="STAINLESS STEEL BOTTLES 500ML, BLUE, WITH LID"),
    ),
    "C&F is CFR": (
        7,
        with_credit(invoice(trade_term="CFR HAMBURG"), goods="STAINLESS STEEL BOTTLES 500ML C&F HAMBURG"),
    ),
    "version where the credit has none": (7, with_credit(goods=CREDIT.goods.replace(" INCOTERMS 2020", ""))),
    "country of the place left out": (7, invoice(trade_term="CIF HAMBURG, INCOTERMS 2020")),
    "fewer pieces of a partial shipment": (8, with_credit(quantity(1200), partial_shipments="allowed")),
    "within five per cent more or less": (
        8,
        with_credit(quantity(2520), goods=CREDIT.goods + "\n5PCT MORE OR LESS ALLOWED"),
    ),
    "about": (8, with_credit(quantity(2640), goods="ABOUT " + CREDIT.goods)),
    "five per cent more of bulk goods": (8, with_line("commercial_invoice", 0, BULK, quantity=D(2520))),
    "price with more decimals": (9, quantity(2400, "3.2000")),
    "about the price": (
        9,
        with_credit(quantity(2400, "3.30"), goods="BOTTLES AT ABOUT USD3.20/PC, MUGS USD2.10/PC"),
    ),
    "price of another unit": (9, with_line("commercial_invoice", 0, unit="SET", unit_price=D(4))),
    "titled invoice": (15, invoice(title="INVOICE")),
    "proforma wanted by the credit": (
        15,
        with_credit(invoice(title="PROFORMA INVOICE"), documents=("PROFORMA INVOICE IN TRIPLICATE",)),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_set_that_breaks_the_rule(name: str) -> None:
    rule, papers, severity = BROKEN[name]
    assert severity in {finding.severity for finding in findings(rule, papers)}


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_no_finding(name: str) -> None:
    rule, papers = NEAR[name]
    assert findings(rule, papers) == []


@pytest.mark.parametrize("rule", [1, 2, 5, 6, 7, 8, 9])
def test_without_a_credit_the_rules_of_the_credit_say_nothing(rule: int) -> None:
    papers = replace(invoice(currency="EUR", title="X", trade_term="", issuer=None), credit=None)
    assert findings(rule, papers) == []


def test_a_finding_shows_both_places_side_by_side() -> None:
    (found,) = findings(1, invoice(currency="EUR"))
    assert found.documents == ("commercial_invoice", "letter_of_credit")
    assert [(place.field, place.value) for place in found.places] == [
        ("currency", "EUR"),
        ("currency", "USD"),
    ]
    assert found.article == "UCP 600 art. 18(a)(iii)"
    assert found.message == "The invoice is in EUR, the credit in USD."


def test_the_words_that_are_missing_are_named() -> None:
    (found,) = findings(6, with_credit(goods=CREDIT.goods.replace("MUGS", "THERMO MUGS")))
    assert found.message == "The credit describes the goods with 'THERMO', the invoice does not."


@pytest.mark.parametrize("case", FIGURES)
def test_figures_are_told_with_their_currency_or_unit(case: str) -> None:
    rule, papers, message = FIGURES[case]
    assert message in [one.message for one in findings(rule, papers)]
