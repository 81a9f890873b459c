"""Thirteen letters of credit as banks send, print and mail them, and what is wrong in a broken one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.checking.credit import Credit
from factory_erp.checking.firm import Firm
from factory_erp.checking.mt700 import FIELD_NAMES, compose, field_name, parse, to_fields
from factory_erp.checking.mt700_values import (
    Unreadable,
    read_amount,
    read_clauses,
    read_firm,
    read_permission,
)
from tests.checking import messages

D = Decimal


def read(text: str) -> Credit:
    reading = parse(text)
    assert reading.unread == ()
    return reading.credit


def test_a_message_as_swift_carries_it() -> None:
    credit = read(messages.SWIFT)
    assert (credit.number, credit.form, credit.rules) == ("DB26-104417", "IRREVOCABLE", "UCP LATEST VERSION")
    assert (credit.issued_on, credit.expires_on, credit.expiry_place) == (
        date(2026, 3, 10),
        date(2026, 6, 15),
        "CHINA",
    )
    assert credit.applicant == Firm(
        "RHEINHAUS KUECHENGERAETE GMBH", ("SPEICHERSTRASSE 14", "20457 HAMBURG", "GERMANY"), "DE"
    )
    assert credit.beneficiary.name == "NINGBO HAIYUE KITCHENWARE CO., LTD"
    assert credit.beneficiary.country == "CN"
    assert (credit.currency, credit.amount) == ("USD", D(48600))
    assert (credit.tolerance_plus, credit.tolerance_minus) == (5, 5)
    assert (credit.largest_amount, credit.smallest_amount) == (D(51030), D(46170))
    assert (credit.available_with, credit.available_by) == ("ANY BANK IN CHINA", "NEGOTIATION")
    assert (credit.drafts_at, credit.drawee) == ("SIGHT FOR 100PCT OF INVOICE VALUE", "DEUTDEFFXXX")
    assert (credit.partial_shipments, credit.transshipment) == ("not allowed", "allowed")
    assert (credit.port_of_loading, credit.port_of_discharge) == ("NINGBO, CHINA", "HAMBURG, GERMANY")
    assert credit.latest_shipment == date(2026, 5, 25)
    assert credit.goods.splitlines()[0] == "STAINLESS STEEL SAUCEPANS"
    assert len(credit.documents) == 5
    assert credit.documents[2].endswith("MARKED FREIGHT PREPAID AND NOTIFY APPLICANT")
    assert len(credit.conditions) == 2
    assert (credit.presentation_days, credit.confirmation) == (15, "WITHOUT")
    assert (credit.issuing_bank, credit.advising_bank) == ("DEUTDEFF", "BANK OF CHINA NINGBO BRANCH")
    assert credit.raw == messages.SWIFT


def test_tags_without_block_headers() -> None:
    credit = read(messages.NO_HEADERS)
    assert (credit.currency, credit.amount) == ("EUR", D("12345.60"))
    assert (credit.tolerance_plus, credit.tolerance_minus) == (10, 0)
    assert (credit.partial_shipments, credit.transshipment) == ("not allowed", "allowed")
    assert credit.shipment_period == "BETWEEN 1 AND 20 JUNE 2026"
    assert credit.documents == ("INVOICE IN 4 COPIES", "PACKING LIST IN DUPLICATE", "2/3 SET OF B/L")
    assert credit.expiry_place == "AT OUR COUNTERS"
    assert credit.presentation_days == 21


def test_a_print_with_names_of_fields_and_indents() -> None:
    credit = read(messages.PRINTED_LABELS)
    assert credit.number == "LC0099/2026"
    assert (credit.currency, credit.amount) == ("SEK", D("1250000.50"))
    assert credit.applicant.country == "SE"
    assert credit.partial_shipments == "conditional"
    assert credit.documents == ("COMMERCIAL INVOICE, 1 ORIGINAL AND 2 COPIES", "PACKING LIST, 3-FOLD")
    assert (credit.presentation_days, credit.presentation_text) == (10, "AFTER INVOICE DATE")


def test_names_and_colons_on_the_line_of_the_tag() -> None:
    credit = read(messages.LABELS_AND_COLONS)
    assert (credit.currency, credit.amount) == ("JPY", D(1500000))
    assert credit.goods == "LED LAMPS MODEL L-9"
    assert credit.documents == ("INVOICE IN 2 FOLDS", "CERTIFICATE OF ORIGIN")
    assert (credit.expires_on, credit.latest_shipment) == (date(2026, 7, 31), date(2026, 7, 15))


def test_names_before_the_tags_as_old_prints_have_them() -> None:
    credit = read(messages.TEXTBOOK)
    assert credit.number == "XT-0173"
    assert (credit.expires_on, credit.expiry_place) == (date(2026, 4, 15), "IN COUNTRY OF BENEFICIARY")
    assert (credit.currency, credit.amount, credit.tolerance_plus) == ("USD", D(32500), 5)
    assert credit.place_of_receipt == "XINGANG"
    assert credit.beneficiary == Firm("GREAT WALL CLOTHING CO., LTD", ("TIANJIN, CHINA",), "CN")
    assert credit.documents == ("SIGNED INVOICE IN QUADRUPLICATE", "ONE COPY OF BILL OF LADING")


def test_the_parts_of_a_long_credit_are_put_together() -> None:
    credit = read(messages.TWO_PARTS)
    assert credit.goods == "MACHINES LOT ONE\nMACHINES LOT TWO"
    assert credit.documents == ("COMMERCIAL INVOICE", "PACKING LIST IN TWO COPIES")
    assert credit.conditions == ("THIRD PARTY DOCUMENTS ACCEPTABLE",)


def test_a_credit_within_an_email() -> None:
    reading = parse(messages.MAILED)
    credit = reading.credit
    assert credit.number == "CD-0457/26"
    assert (credit.issuing_bank, credit.advising_bank) == (
        "SANTANDER MADRID",
        "AGRICULTURAL BANK OF CHINA, QUANZHOU",
    )
    assert credit.available_by == "DEF PAYMENT"
    assert credit.drafts_at == "60 DAYS FROM DATE OF B/L"
    assert credit.goods == "GRANITE FOUNTAINS FOB XIAMEN"
    assert credit.documents[2] == "ORIGINAL CERTIFICATE OF ORIGIN ISSUED BY CCPIT."
    assert all("Best regards" not in field.text for field in reading.fields)


def test_page_numbers_of_a_pdf_are_no_text_of_the_credit() -> None:
    credit = read(messages.PDF)
    assert (credit.number, credit.form) == ("PDF-881", "IRREVOCABLE")
    assert (credit.currency, credit.amount) == ("USD", D(99999))
    assert credit.documents == ("COMMERCIAL INVOICE IN 1 ORIGINAL AND 2 COPIES", "AIR WAYBILL")


def test_tags_with_the_word_field_and_three_decimals() -> None:
    credit = read(messages.FIELD_WORDS)
    assert (credit.currency, credit.amount) == ("KWD", D("12500.125"))
    assert credit.documents == ("INSURANCE CERTIFICATE IN DUPLICATE", "INVOICE, SIX COPIES")


def test_columns_without_any_colon() -> None:
    credit = read(messages.COLUMNS)
    assert (credit.number, credit.form) == ("COL-17", "IRREVOCABLE")
    assert credit.applicant == Firm("A B C STORES LTD", ("TORONTO, CANADA",), "CA")
    assert (credit.currency, credit.amount) == ("CAD", D(45000))
    assert (credit.available_with, credit.available_by) == ("ANY BANK", "NEGOTIATION")
    assert (credit.drafts_at, credit.port_of_loading) == ("30 DAYS AFTER SIGHT", "NANSHA")
    assert credit.goods.splitlines() == ["WALL TILES", "50 CARTONS OF SAMPLES", "48 DAYS OF FREE STORAGE"]


def test_full_width_colons_and_chinese_text() -> None:
    credit = read(messages.CHINESE_COLONS)
    assert (credit.number, credit.currency, credit.amount) == ("CN-77", "CNY", D(88000))
    assert credit.expires_on == date(2026, 9, 30)
    assert credit.goods == "不锈钢锅 6000 件"


def test_what_cannot_be_read_is_told_and_the_rest_is_kept() -> None:
    reading = parse(messages.BROKEN)
    assert [one.tag for one in reading.unread] == ["31D", "32B", "39A", "43P", "44C", "48", "50", "20"]
    assert reading.unread[0].text == "NEXT SUMMER"
    assert reading.unread[0].why.startswith("Expected a date")
    assert (reading.credit.number, reading.credit.goods) == ("BAD-1", "TOYS")
    assert reading.credit.amount is None


def test_a_fragment_says_what_is_missing() -> None:
    reading = parse(messages.MINIMAL)
    assert reading.credit.number == "ONLY"
    assert reading.missing == ("31D", "50", "59", "32B")
    assert parse("Good morning").unread[0].why.startswith("No field")


@pytest.mark.parametrize("name", [name for name in messages.ALL if name != "BROKEN"])
def test_a_credit_is_written_and_read_back(name: str) -> None:
    credit = replace(parse(messages.ALL[name]).credit, raw="")
    assert replace(parse(compose(credit)).credit, raw="") == credit


def test_a_form_shows_every_field_even_of_an_empty_credit() -> None:
    assert [field.tag for field in to_fields(Credit())] == list(FIELD_NAMES)
    assert {field.text for field in to_fields(Credit())} == {""}


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("USD123456,78", "USD", "123456.78"),
        ("USD48600,", "USD", "48600"),
        ("USD 123,456.78", "USD", "123456.78"),
        ("EUR 123.456,78", "EUR", "123456.78"),
        ("USD123,456", "USD", "123456"),
        ("USD1,234,567", "USD", "1234567"),
        ("KWD12,500", "KWD", "12.500"),
        ("US$ 5 000.50", "USD", "5000.50"),
        ("JPY1500000,", "JPY", "1500000"),
        ("CURRENCY EUR AMOUNT 32.500,00", "EUR", "32500.00"),
    ],
)
def test_amounts_as_banks_write_them(text: str, currency: str, amount: str) -> None:
    assert read_amount(text) == (currency, D(amount))


@pytest.mark.parametrize("text", ["", "ABOUT A LOT", "XYZ100", "100,00", "USD", "USD" + "9" * 40])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_amount(text)


def test_permissions_in_banks_words() -> None:
    words = ("ALLOWED", "PERMITTED", "NOT ALLOWED", "PROHIBITED", "NOT PERMITTED", "CONDITIONAL", "NO", "YES")
    assert [read_permission(word) for word in words] == [
        "allowed",
        "allowed",
        "not allowed",
        "not allowed",
        "not allowed",
        "conditional",
        "not allowed",
        "allowed",
    ]


def test_only_the_first_kind_of_bullet_parts_clauses() -> None:
    text = "+ INVOICE SHOWING:\n- PO NUMBER\n- NET WEIGHT 1.5 KGS\n+ PACKING LIST\n1/3 B/L SENT"
    assert read_clauses(text) == (
        "INVOICE SHOWING: - PO NUMBER - NET WEIGHT 1.5 KGS",
        "PACKING LIST 1/3 B/L SENT",
    )
    assert read_clauses("INVOICE IN\nTRIPLICATE.\nPACKING LIST") == ("INVOICE IN TRIPLICATE.", "PACKING LIST")


def test_a_name_over_two_lines_is_one() -> None:
    assert read_firm("A B C TRADING\nCO., LTD.\nROOM 5") == Firm("A B C TRADING CO., LTD.", ("ROOM 5",))
    assert read_firm("A B C TRADING LTD\nCO. ROAD 5").name == "A B C TRADING LTD"


@given(st.text(max_size=400))
def test_nothing_raises_on_any_text(text: str) -> None:
    assert parse(text).credit.raw == text


@given(st.lists(st.tuples(st.sampled_from(list(FIELD_NAMES)), st.text(max_size=60)), max_size=12))
def test_nothing_raises_on_any_fields(fields: list[tuple[str, str]]) -> None:
    reading = parse("\n".join(f":{tag}:{text}" for tag, text in fields))
    assert parse(compose(reading.credit)) is not None


@given(
    st.dates(date(2000, 1, 1), date(2079, 12, 31)),
    st.decimals(D(0), D(10**12), places=2),
    st.sampled_from(["USD", "EUR", "CNY"]),
)
def test_dates_and_amounts_survive_the_round(day: date, amount: Decimal, currency: str) -> None:
    credit = Credit(number="X", expires_on=day, latest_shipment=day, currency=currency, amount=amount)
    back = parse(compose(credit)).credit
    assert (back.expires_on, back.latest_shipment) == (day, day)
    assert (back.currency, back.amount) == (currency, amount)


def test_fields_are_named_whatever_their_letter() -> None:
    names = {tag: field_name(tag) for tag in ("59", "59A", "57D", "42A", "40A", "40E", "99Z")}
    assert names == {
        "59": "Beneficiary", "59A": "Beneficiary", "57D": "Advising bank", "42A": "Drawee",
        "40A": "Form of documentary credit", "40E": "Applicable rules", "99Z": "",
    }  # fmt: skip
    assert all(field_name(tag) for tag in FIELD_NAMES)
