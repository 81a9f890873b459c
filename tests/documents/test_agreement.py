"""All papers of one shipment say the same, whatever is shipped: read back from their PDFs."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from factory_erp.documents import render
from factory_erp.documents.customs_building import build_declarations
from factory_erp.documents.details.trade import VgmContainer, VgmDetails
from factory_erp.documents.facts import CartonLine, Charge, GoodsLine, ShipmentFacts, carton_groups, texts
from factory_erp.documents.snapshot import Details, DocumentSnapshot, Kind
from factory_erp.domain.cartons import count, missing_and_double, parse
from factory_erp.domain.money import UnitPrice, exponent
from tests.documents.customs_samples import answers
from tests.documents.every_kind import read
from tests.documents.papers import BOOKING, WEIGHT
from tests.documents.samples import GOODS, facts, goods_line, snapshot

FIGURE = r"(-?[\d,]+(?:\.\d+)?)"
GRAM = Decimal("0.001")


class Packed(NamedTuple):
    """One item of a random shipment: how much of it, for what, and how it is packed."""

    full: int
    """Full cartons."""
    rest: int
    """Pieces beyond them."""
    per_carton: int
    price: Decimal
    piece_g: int
    empty_g: int
    """The empty carton."""
    sides: tuple[int, int, int]


PACKED = st.builds(
    Packed,
    full=st.integers(1, 60),
    rest=st.integers(0, 11),
    per_carton=st.integers(12, 144),
    price=st.decimals("0.01", "999.9999", places=4),
    piece_g=st.integers(90, 900),
    empty_g=st.integers(200, 2500),
    sides=st.tuples(st.integers(150, 800), st.integers(150, 600), st.integers(100, 600)),
)


@st.composite
def shipments(draw: st.DrawFn) -> ShipmentFacts:
    """A shipment of up to six items, with charges, remainders in cartons of their own or mixed ones."""
    packed = draw(st.lists(PACKED, min_size=1, max_size=len(GOODS)))
    currency = draw(st.sampled_from(["USD", "EUR", "JPY"]))
    lines = tuple(_line(index, one, currency) for index, one in enumerate(packed))
    cartons = _cartons(lines, packed, mixed=draw(st.booleans()))
    goods = sum(line.amount_minor for line in lines)
    freight = draw(st.integers(0, goods // 4))
    charges = (Charge(texts({"en": "Ocean freight"}), freight),) if freight else ()
    return replace(
        facts(1),
        currency=currency,
        lines=lines,
        cartons=cartons,
        charges=charges,
        total_minor=goods + freight,
        marks=("NORDLYS", f"C/NO. 1-{sum(one.cartons for one in cartons if not one.mixed_with_previous)}"),
    )


def _line(index: int, one: Packed, currency: str) -> GoodsLine:
    quantity = Decimal(one.full * one.per_carton + one.rest)
    amount = UnitPrice(one.price, currency).times(quantity).minor
    return replace(goods_line(index), quantity=quantity, unit_price=one.price, amount_minor=amount)


def _cartons(lines: tuple[GoodsLine, ...], packed: list[Packed], *, mixed: bool) -> tuple[CartonLine, ...]:
    """Full cartons first; what remains in one mixed carton, or in one carton for each item."""
    made: list[CartonLine] = []
    first = 1
    for line, one in zip(lines, packed, strict=True):
        made.append(_carton(line, one, first, one.full, one.per_carton))
        first += one.full
    for line, one in zip(lines, packed, strict=True):
        if not one.rest:
            continue
        joined = mixed and bool(made) and made[-1].per_carton < 12
        made.append(_carton(line, one, first - 1 if joined else first, 1, one.rest))
        if joined:
            made[-1] = replace(
                made[-1], gross_g=0, gross_g_per_carton=0, volume_mm3=0, mixed_with_previous=True
            )
            made = _heavier(made, made[-1].net_g)
        else:
            first += 1
    return tuple(made)


def _heavier(made: list[CartonLine], grams: int) -> list[CartonLine]:
    """The first line of the last mixed carton weighs *grams* more: gross weight stands with it."""
    at = max(index for index, line in enumerate(made) if not line.mixed_with_previous)
    gross = made[at].gross_g + grams
    return [*made[:at], replace(made[at], gross_g=gross, gross_g_per_carton=gross), *made[at + 1 :]]


def _carton(line: GoodsLine, one: Packed, first: int, cartons: int, pieces: int) -> CartonLine:
    long, wide, high = one.sides
    net = pieces * one.piece_g
    return CartonLine(
        carton_ranges=f"{first}-{first + cartons - 1}" if cartons > 1 else str(first),
        cartons=cartons,
        item_number=line.item_number,
        description=line.description,
        per_carton=Decimal(pieces),
        quantity=Decimal(pieces * cartons),
        unit=line.unit,
        net_g_per_carton=net,
        gross_g_per_carton=net + one.empty_g,
        length_mm=long,
        width_mm=wide,
        height_mm=high,
        net_g=net * cartons,
        gross_g=(net + one.empty_g) * cartons,
        volume_mm3=long * wide * high * cartons,
        line_no=line.line_no,
    )


def weighed(stated: ShipmentFacts) -> VgmDetails:
    """The cargo in two containers, half of the packing lines each."""
    groups = carton_groups(stated.cartons)
    half = len(groups) // 2
    cargo = [sum(group[0].gross_g for group in part) for part in (groups[:half], groups[half:])]
    made = [
        VgmContainer(number, "HLA1", "40HQ", grams, 0, 3_880_000, grams + 3_880_000, 0)
        for number, grams in zip(("CSQU3054383", "MSKU1234565"), cargo, strict=True)
        if grams
    ]
    return VgmDetails(2, tuple(made))


def shown(kind: Kind, stated: ShipmentFacts, details: Details | None = None) -> str:
    """The text of the paper."""
    document = replace(snapshot(), kind=kind, facts=stated, details=details)
    return read(render(document))


def declared(stated: ShipmentFacts) -> str:
    """The text of the declaration."""
    [details] = build_declarations(stated, answers(stated)).declarations
    document = DocumentSnapshot(
        "customs_declaration", "CD-1", 1, snapshot().issued_on, "en", stated, details=details
    )
    return read(render(document))


def number(text: str) -> Decimal:
    """A printed figure."""
    return Decimal(text.replace(",", ""))


def one(pattern: str, text: str) -> tuple[Decimal, ...]:
    """The figures that *pattern* finds: it must stand in *text* once."""
    [found] = re.findall(pattern, text, re.MULTILINE)
    return tuple(map(number, found if isinstance(found, tuple) else (found,)))


class Totals(NamedTuple):
    """What a paper says of the whole shipment; None: it does not say."""

    cartons: Decimal | None = None
    net: Decimal | None = None
    gross: Decimal | None = None
    volume: Decimal | None = None


def boxes(text: str) -> Totals:
    """The boxes in the head of an invoice and a weight certificate."""
    return Totals(
        *one(rf"^{FIGURE} cartons?$", text),
        *one(rf"^Net weight\n{FIGURE} kg$", text),
        *one(rf"^Gross weight\n{FIGURE} kg$", text),
        *one(rf"^Measurement\n{FIGURE} m³$", text),
    )


def pieces(text: str) -> dict[str, Decimal]:
    """Quantities by unit: figures with a unit behind them."""
    found: dict[str, Decimal] = {}
    for value, unit in re.findall(rf"{FIGURE} (PCS?|SETS?)\b", text):
        key = unit.rstrip("S")
        found[key] = found.get(key, Decimal(0)) + number(value)
    return found


# Drawing six papers for each attempt, shrinking would take minutes.
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(shipments())
def test_all_papers_of_a_shipment_say_the_same(stated):
    invoice, packing = shown("commercial_invoice", stated), shown("packing_list", stated)
    weights, booking = shown("weight_certificate", stated, WEIGHT), shown("booking_note", stated, BOOKING)
    mass, customs = shown("vgm_declaration", stated, weighed(stated)), declared(stated)

    whole = boxes(invoice)
    assert whole == Totals(
        Decimal(stated.carton_count), stated.net_g * GRAM, stated.gross_g * GRAM, whole.volume
    )
    # Cubic metres have three decimals: a thousandth is a million cubic millimetres.
    assert whole.volume is not None
    assert abs(whole.volume * 10**9 - stated.volume_mm3) <= 500_000
    assert boxes(weights) == whole
    net, gross, volume = packing_totals(packing)
    assert (net, gross, volume) == whole[1:]
    assert one(rf"^TOTAL {FIGURE} cartons? {FIGURE} {FIGURE}$", booking) == (
        whole.cartons,
        whole.gross,
        whole.volume,
    )
    assert one(rf"^Packages\n{FIGURE}$", customs) == (whole.cartons,)
    assert one(rf"^Gross weight \(kg\)\n{FIGURE}$", customs) == (whole.gross,)
    assert one(rf"^Net weight \(kg\)\n{FIGURE}$", customs) == (whole.net,)
    assert one(rf"^TOTAL {FIGURE} (?:\S+ )?{FIGURE} {FIGURE}$", mass)[0] == whole.gross
    amounts_agree(stated, invoice, booking, customs)
    packing_adds_up(packing, whole)
    assert sold(invoice) == packed(packing) == customs_pieces(customs)


def amounts_agree(stated: ShipmentFacts, invoice: str, booking: str, customs: str) -> None:
    """Quantity × price = amount as printed; the amounts make the total; every paper states that total."""
    places = Decimal(1).scaleb(-exponent(stated.currency))
    rows = re.findall(rf"CN {FIGURE} [A-Z]+ {FIGURE} {FIGURE}$", invoice, re.MULTILINE)
    assert len(rows) == len(stated.lines)
    goods = Decimal(0)
    for quantity, price, amount in rows:
        due = (number(quantity) * number(price)).quantize(places, ROUND_HALF_UP)
        assert due == number(amount)
        goods += due
    freight = sum(map(number, re.findall(rf"^Ocean freight {FIGURE}$", invoice, re.MULTILINE)), Decimal(0))
    [total] = one(rf"{stated.currency} {FIGURE}\nTotal amount in words", invoice)
    assert total == goods + freight
    assert one(rf"^Value of the shipment\n{stated.currency} {FIGURE}$", booking) == (total,)
    assert sum(customs_totals(customs), Decimal(0)) == total


def customs_totals(customs: str) -> list[Decimal]:
    """The total of each item: the figure between its unit price and its currency."""
    return [
        number(text)
        for text in re.findall(r"^[\d.]+\n([\d.]+)\n(?:美元|欧元|日元|日本元)$", customs, re.MULTILINE)
    ]


def customs_pieces(customs: str) -> dict[str, Decimal]:
    """The quantities sold, by unit: the last of the quantities, above the unit price."""
    found: dict[str, Decimal] = {}
    for value, unit in re.findall(r"^([\d.]+)(件|套)\n[\d.]+\n[\d.]+\n", customs, re.MULTILINE):
        key = "SET" if unit == "套" else "PC"
        found[key] = found.get(key, Decimal(0)) + number(value)
    return found


def total_row(text: str, end: str) -> str:
    """From TOTAL to what follows the table."""
    return text[text.rindex("\nTOTAL") : text.rindex(end)]


def sold(invoice: str) -> dict[str, Decimal]:
    """The pieces of the invoice's total; those of its lines add up to them."""
    table, total = invoice[: invoice.rindex("\nTOTAL")], total_row(invoice, "Total amount in words")
    assert pieces(table) == pieces(total)
    return pieces(total)


def packed(packing: str) -> dict[str, Decimal]:
    """The pieces of the packing list's total; those of its lines add up to them."""
    table, total = packing[: packing.rindex("\nTOTAL")], total_row(packing, "Total packages in words")
    assert pieces(table) == pieces(total)
    return pieces(total)


def packing_totals(packing: str) -> tuple[Decimal, ...]:
    """Net weight, gross weight and volume under the packing list's columns."""
    return one(rf"{FIGURE} {FIGURE} {FIGURE}\nTotal packages in words", packing)


ROW = re.compile(
    rf"^([\d-]+) .*? {FIGURE} {FIGURE} {FIGURE} [A-Z]+ {FIGURE} {FIGURE} [\d.]+×[\d.]+×[\d.]+ "
    rf"{FIGURE} {FIGURE} {FIGURE}$",
    re.MULTILINE,
)


def packing_adds_up(packing: str, whole: Totals) -> None:
    """Carton numbers run 1 to N, and each row's figures follow from those per carton."""
    rows = ROW.findall(packing)
    ranges = parse(", ".join(row[0] for row in rows))
    assert whole.cartons is not None
    assert count(ranges) == whole.cartons
    assert not any(missing_and_double(ranges, int(whole.cartons)))
    gross_total = volume_total = Decimal(0)
    for _numbers, *printed in rows:
        cartons, each, quantity, net_each, gross_each, net, gross, volume = map(number, printed)
        assert (cartons * each, cartons * net_each, cartons * gross_each) == (quantity, net, gross)
        gross_total += gross
        volume_total += volume
    assert gross_total == whole.gross
    assert whole.volume is not None
    assert abs(volume_total - whole.volume) <= Decimal("0.0005") * (len(rows) + 1)
