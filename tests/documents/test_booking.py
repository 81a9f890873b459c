from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.documents import render
from factory_erp.documents.booking_note import cargo_of
from factory_erp.documents.details.trade import BookingDetails
from factory_erp.documents.facts import CartonLine
from factory_erp.documents.stored import from_json, to_json
from tests.documents.papers import BOOKING, not_found, outside, overlapping, paper, said, text_of
from tests.documents.samples import facts

BOOKINGS = ("booking_note", "shippers_instruction")


@pytest.mark.parametrize("kind", BOOKINGS)
def test_every_value_is_on_the_paper(kind):
    document = paper(kind, 6)
    stated = document.facts
    details = replace(BOOKING, service="", freight="", partial_shipment="", transshipment="", containers=())  # type: ignore[arg-type]
    assert details.forwarder
    expected = [
        *said(replace(details, forwarder=replace(details.forwarder, country=""))),
        *said(replace(stated.company, country="")),
        *said(replace(stated.consignee, country="")),
        *stated.marks,
        *(text for line in stated.lines for text in said(line.description)),
        *(line.hs_code for line in stated.lines),
        "1 × 40HQ, 1 × 20GP",
        "● prepaid",
        "○ collect",
        "● CY",
        "● DOOR",
        "● ordinary",
        "● 普通",
        "11 Sep 2026",
        "25 Sep 2026",
        "16 Oct 2026",
        "CSQU3054383 / HLA4471122",
        "MV Example Star / 046W",
        "CNNBG",
        "DKAAR",
        "18 Sep 2026",
        "HY-SC-2026-118",
        "LC2026/88/00417",
        "CIF Aarhus (Incoterms 2020)",
        "Method 2",
        "方式二",
        f"SAY TOTAL {_IN_WORDS} CARTONS ONLY",
        f"{stated.carton_count} 箱",
        "Kattegat Spedition ApS",
        "not allowed",
        f"{Decimal(stated.gross_g) / 1000:,.2f}",
    ]
    assert not_found(expected, render(document)) == []


_IN_WORDS = "ONE HUNDRED AND THIRTY-FIVE"


@pytest.mark.parametrize("kind", BOOKINGS)
def test_no_unit_price_is_on_it(kind):
    document = paper(kind, 6)
    shown = text_of(render(document))
    assert "Unitprice" not in shown
    assert not any(f"{line.unit_price:.3f}" in shown for line in document.facts.lines)


def test_the_letter_asks_and_declares():
    shown = text_of(render(paper("shippers_instruction", language="en")))
    assert "SHIPPER'SLETTEROFINSTRUCTION" in shown
    assert "sendusthedraftofthebilloflading" in shown
    assert "thegoodsarenotdangerousunlessthisisstated" in shown
    assert "Buyer'sorderNo.PO-77120" in shown


@pytest.mark.parametrize(
    ("changes", "ticked"),
    [
        ({"dangerous": "Class 9, UN 3480, PG II"}, "● dangerous"),
        ({"temperature": "-18 °C"}, "● reefer"),
        ({"freight": "collect"}, "● collect"),
        ({"service": "CFS-CFS"}, "● CFS"),
        ({"service": "RAMP-CY"}, "● RAMP"),
        ({"original_bills": 0}, "waybill or telex release"),
        ({"vgm_method": 0}, "found by the terminal or forwarder"),
        ({"vgm_method": 1}, "Method 1"),
        ({"goods_kind": "live"}, "○ dangerous    ● live animals"),
        ({"goods_kind": ""}, "● ordinary    ○ reefer    ○ dangerous"),
    ],
)
def test_what_is_chosen_is_ticked(changes, ticked):
    document = paper("booking_note", language="en", details=replace(BOOKING, **changes))
    assert (
        not_found([ticked, changes.get("dangerous", ""), changes.get("temperature", "")], render(document))
        == []
    )


def test_a_booking_before_packing_names_goods_and_pieces():
    document = paper("booking_note", 3, "en", details=BookingDetails(), cartons=(), containers=(), marks=())
    shown = text_of(render(document))
    assert "1,800PCS" in shown
    assert "Vacuumbottle500ml,mattblack" in shown
    assert "SAYTOTAL" not in shown
    assert "N/M" in shown


def test_the_cargo_of_a_mixed_carton_is_counted_once():
    stated = facts(2)
    first, second = stated.cartons
    mixed = CartonLine(
        first.carton_ranges, first.cartons, second.item_number, second.description, Decimal(2),
        Decimal(2 * first.cartons), second.unit, 50, 0, 0, 0, 0, 50 * first.cartons, 0, 0, True,
    )  # fmt: skip
    cargo = cargo_of(replace(stated, cartons=(first, mixed, second)))
    assert [one.packages for one in cargo] == [first.cartons, second.cartons]
    assert len(cargo[0].contents) == 2
    assert sum(one.gross_g for one in cargo) == first.gross_g + second.gross_g


def test_packages_of_the_same_content_stand_together_and_add_up():
    stated = facts(40)
    cargo = cargo_of(stated)
    assert len(cargo) == 6
    assert sum(one.packages for one in cargo) == stated.carton_count
    assert sum(one.gross_g for one in cargo) == stated.gross_g
    assert sum(one.volume_mm3 for one in cargo) == stated.volume_mm3


@pytest.mark.parametrize("count", [1, 6, 40, 300])
@pytest.mark.parametrize("kind", BOOKINGS)
def test_many_different_goods_flow_over_pages(kind, count):
    base = facts(count)
    lines = tuple(
        replace(
            line, description=tuple((code, f"{text} no. {line.line_no}") for code, text in line.description)
        )
        for line in base.lines
    )
    cartons = tuple(
        replace(carton, description=line.description)
        for carton, line in zip(base.cartons, lines, strict=True)
    )
    document = paper(kind, count, lines=lines, cartons=cartons)
    data = render(document)
    assert not_found([dict(line.description)["en"] for line in lines], data) == []
    assert outside(document) == []
    assert overlapping(document) == []


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "ru", "ar", "ja"])
@pytest.mark.parametrize("kind", BOOKINGS)
def test_the_same_snapshot_gives_the_same_bytes_in_every_language(kind, language):
    document = paper(kind, 4, language)
    assert render(document) == render(from_json(to_json(document)))
