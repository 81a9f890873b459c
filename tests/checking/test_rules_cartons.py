"""Rules 23 to 27: cartons, marks and containers, broken and nearly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.checking.papers import Cartons, Container, PaperKind, PaperSet
from tests.checking.samples import (
    CARTONS,
    CONTAINER,
    MARKS,
    PACKING_LIST,
    findings,
    plus,
    with_line,
    with_paper,
    without,
)

D = Decimal
OTHER_BOX = "MSCU6639870"


def cartons(*lines: Cartons) -> PaperSet:
    return with_paper("packing_list", cartons=lines)


def ranges(first: str, second: str) -> PaperSet:
    """The two carton lines under other numbers, a count of theirs not stated."""
    return cartons(
        replace(CARTONS[0], ranges=first, count=None), replace(CARTONS[1], ranges=second, count=None)
    )


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        (ranges("1-100", "102-151"), "101"),
        (ranges("1-100", "100-149"), "100"),
        (ranges("A1-A100", "B1-B48, B50-B51"), "B49"),
        (ranges("1-100", "one hundred"), "one hundred"),
        (with_line("packing_list", 0, group="cartons", count=99), "100 cartons"),
        (with_line("packing_list", 0, group="cartons", per_carton=D(20)), "2000"),
        (with_line("commercial_invoice", 0, quantity=D(2300)), "BTL-500"),
        (with_line("packing_list", 1, group="cartons", item_number="CUP-9"), "MUG-350"),
        (cartons(CARTONS[0]), "MUG-350"),
    ],
)
def test_carton_numbers_run_on_and_hold_what_is_invoiced(papers: PaperSet, said: str) -> None:
    found = findings(23, papers)
    assert found
    assert any(said.replace("2000", "2,000") in finding.message for finding in found)
    assert {finding.severity for finding in found} == {"E"}


@pytest.mark.parametrize(
    "papers",
    [
        ranges("CTN NO. 101-150", "1/100"),
        ranges("A1-A100", "B1-B50"),
        ranges("A1-A100", "B101-B150"),
        with_line("packing_list", 1, group="cartons", ranges="101-UP"),
        with_line("packing_list", 0, group="cartons", item_number="btl 500"),
        cartons(*CARTONS, replace(CARTONS[1], quantity=D(0), per_carton=D(0), mixed=True)),
        with_line("packing_list", 0, group="cartons", unit="DZN"),
        without("packing_list"),
    ],
)
def test_carton_numbers_may_be_written_in_many_ways(papers: PaperSet) -> None:
    if papers.papers[1].cartons and papers.papers[1].cartons[1].ranges == "1/100":
        papers = ranges("CTN NO. 51-150", "1-50")
    assert not findings(23, papers)


def test_two_packing_lists_number_their_cartons_on() -> None:
    second = replace(PACKING_LIST, ref="packing list 2", cartons=(CARTONS[1],), packages=50)
    both = plus(second, papers=with_paper("packing_list", cartons=(CARTONS[0],), packages=100))
    assert not findings(23, both)
    gap = replace(second, cartons=(replace(CARTONS[1], ranges="111-160"),))
    assert findings(23, plus(gap, papers=with_paper("packing_list", cartons=(CARTONS[0],), packages=100)))


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("bill_of_lading", marks=("NORDHAUS", "PO 4500081", "HAMBURG", "C/NO. 1-150")),
        with_paper("packing_list", marks=("N/M",)),
        with_paper("carton_label", marks=("NORDHAUS", "HAMBURG", "1/150")),
        with_paper("certificate_of_origin", marks=("AS PER INVOICE NO. CI-2026-0815",)),
        with_paper("commercial_invoice", marks=(*MARKS[:3], "C/NO. 1-140")),
    ],
)
def test_marks_that_differ_are_to_be_looked_at(papers: PaperSet) -> None:
    found = findings(24, papers)
    assert len(found) == 1
    assert found[0].severity == "W"
    assert "marks" in found[0].fields


@pytest.mark.parametrize(
    "papers",
    [
        with_paper("bill_of_lading", marks=("NORDHAUS PO 4500018", "HAMBURG", "CTN NO.: 1-150")),
        with_paper("packing_list", marks=("Nordhaus", "P.O. 4500018", "Hamburg", "1-UP")),
        with_paper("carton_label", marks=(*MARKS[:3], "7/150", "MADE IN CHINA", "G.W. 10.8 KGS")),
        with_paper("bill_of_lading", marks=("AS PER INVOICE NO. CI-2026-0815",)),
        with_paper("shipping_advice", marks=()),
        with_paper("carton_label", marks=("NORDHAUS PO 4500018", "HAMBURG 7/150")),
        with_paper("booking_note", marks=(*MARKS[:3], "C/NO. 150-1")),
    ],
)
def test_marks_may_be_broken_and_numbered_otherwise(papers: PaperSet) -> None:
    assert not findings(24, papers)


def test_marks_may_number_the_cartons_of_two_packing_lists() -> None:
    second = replace(PACKING_LIST, ref="packing list 2", packages=50)
    halves = plus(second, papers=with_paper("packing_list", packages=100))
    assert not findings(24, halves)
    assert findings(24, with_paper("booking_note", without("packing_list"), marks=(*MARKS[:3], "C/NO. 1-15")))


def boxes(kind: PaperKind, **fields: object) -> PaperSet:
    return with_line(kind, 0, group="containers", **fields)


@pytest.mark.parametrize(
    ("papers", "field"),
    [
        (boxes("bill_of_lading", number="CSQU3054384"), "containers[0].number"),
        (boxes("packing_list", number="CONTAINER 1"), "containers[0].number"),
        (boxes("vgm_declaration", number=OTHER_BOX), "containers[0].number"),
        (boxes("bill_of_lading", seal="SL123465"), "containers[0].seal"),
    ],
)
def test_container_and_seal_numbers_agree(papers: PaperSet, field: str) -> None:
    found = findings(25, papers)
    assert found
    assert all(finding.severity == "E" and field in finding.fields for finding in found)


@pytest.mark.parametrize(
    "papers",
    [
        boxes("bill_of_lading", number="CSQU 305438-3"),
        boxes("bill_of_lading", seal="sl 123456"),
        boxes("packing_list", seal=""),
        with_paper("booking_note", containers=(Container(type_code="40HQ"),)),
    ],
)
def test_container_numbers_may_be_spaced(papers: PaperSet) -> None:
    assert not findings(25, papers)


@pytest.mark.parametrize(
    "papers",
    [
        boxes("vgm_declaration", vgm_kg=D(30481)),
        boxes("vgm_declaration", vgm_kg=D("5279.9")),
        boxes("vgm_declaration", gross_kg=None, vgm_kg=D(5000)),
    ],
)
def test_the_verified_mass_is_within_the_plate_and_above_the_cargo(papers: PaperSet) -> None:
    found = findings(26, papers)
    assert [finding.severity for finding in found] == ["E"]
    assert found[0].places[0].field == "containers[0].vgm_kg"


@pytest.mark.parametrize(
    "papers",
    [
        boxes("vgm_declaration", vgm_kg=D(30480)),
        boxes("vgm_declaration", vgm_kg=D(5300)),
        boxes("vgm_declaration", tare_kg=None, vgm_kg=D(1500)),
        boxes("vgm_declaration", vgm_kg=None),
    ],
)
def test_dunnage_may_make_it_heavier(papers: PaperSet) -> None:
    assert not findings(26, papers)


@pytest.mark.parametrize(
    ("papers", "severity"),
    [
        (boxes("vgm_declaration", gross_kg=D(26700)), "W"),
        (boxes("vgm_declaration", volume_m3=D(77)), "W"),
        (boxes("vgm_declaration", volume_m3=D(70)), "I"),
        (boxes("bill_of_lading", type_code="20'GP", volume_m3=D(29)), "I"),
        (with_paper("packing_list", gross_kg=D(27000)), "W"),
        (with_paper("packing_list", volume_m3=D("76.4")), "W"),
    ],
)
def test_a_container_takes_only_so_much(papers: PaperSet, severity: str) -> None:
    assert [finding.severity for finding in findings(27, papers)] == [severity]


@pytest.mark.parametrize(
    "papers",
    [
        boxes("vgm_declaration", gross_kg=D(26600)),
        boxes("vgm_declaration", volume_m3=D(68)),
        boxes("vgm_declaration", type_code="SPECIAL", volume_m3=D(200)),
        boxes("vgm_declaration", gross_kg=D(28000), max_gross_kg=D(32500)),
    ],
)
def test_the_plate_decides_where_it_is_known(papers: PaperSet) -> None:
    assert not findings(27, papers)


def test_the_sample_container_is_one() -> None:
    assert not findings(25, boxes("packing_list", number=CONTAINER))
