"""Excel twins: every formula gives the figure stored beside it, and no text is a formula."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.facts import GoodsLine, texts
from factory_erp.documents.snapshot import DocumentOptions, DocumentSnapshot
from factory_erp.documents.twins.workbook import workbook
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import UnitPrice
from tests.documents.samples import snapshot
from tests.documents.twins.samples import hostile

Sheet = Any


def sheets(document: DocumentSnapshot) -> tuple[Sheet, Sheet]:
    """The sheet with its formulas, and with the results stored beside them."""
    data = workbook(document)
    return tuple(openpyxl.load_workbook(BytesIO(data), data_only=only).active for only in (False, True))  # type: ignore[return-value]


def calculated(formula: str, stored: Sheet) -> Decimal:
    """What *formula* gives, worked out with decimals from the stored figures it names."""
    if total := re.fullmatch(r"=SUM\((\w)(\d+):\w(\d+)\)", formula):
        cells = (stored[f"{total[1]}{row}"].value for row in range(int(total[2]), int(total[3]) + 1))
        return sum((Decimal(str(cell)) for cell in cells if cell is not None), Decimal(0))
    rounded = re.fullmatch(r"=ROUND\((.*),(\d)\)", formula)
    product, _slash, divisor = (rounded[1] if rounded else formula[1:]).partition("/")
    result = Decimal(1)
    for name in product.split("*"):
        result *= Decimal(str(stored[name].value))
    result /= Decimal(divisor or 1)
    return result.quantize(Decimal(1).scaleb(-int(rounded[2])), ROUND_HALF_UP) if rounded else result


def assert_agree(document: DocumentSnapshot) -> int:
    """Every formula gives the figure stored with it; how many there are."""
    formulas, stored = sheets(document)
    count = 0
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                assert calculated(cell.value, stored) == Decimal(str(stored[cell.coordinate].value)), (
                    cell.value
                )
                count += 1
    return count


@pytest.mark.parametrize("kind", ["commercial_invoice", "packing_list"])
@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "ar"])
def test_formulas_give_the_figures_of_the_document(kind: Any, language: Any):
    document = snapshot(kind, 20, language)
    of_packing = 20 * 4 + 4 + (_units(document) == 1)
    assert assert_agree(document) == (22 if kind == "commercial_invoice" else of_packing)


def _units(document: DocumentSnapshot) -> int:
    return len({line.unit for line in document.facts.cartons})


@given(
    st.lists(
        st.tuples(st.integers(1, 10**7), st.integers(0, 10**8)).map(
            lambda pair: (Decimal(pair[0]) / 100, Decimal(pair[1]) / 10_000)
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
@settings(max_examples=40, deadline=None)
def test_amounts_are_exact_in_every_currency(rows: list[tuple[Decimal, Decimal]], currency: str):
    lines = tuple(
        GoodsLine(n, "", "", "A", "", texts({"en": "A"}), "", "CN", quantity, "KGM", price,
                  UnitPrice(price, currency).times(quantity).minor)
        for n, (quantity, price) in enumerate(rows, 1)
    )  # fmt: skip
    total = sum(line.amount_minor for line in lines)
    document = snapshot(lines=lines, charges=(), cartons=(), total_minor=total, currency=currency)
    assert assert_agree(document) == len(lines) + 1


def test_totals_are_those_of_the_document():
    document = snapshot(count=6)
    _formulas, stored = sheets(document)
    shown = [cell.value for row in stored.iter_rows() for cell in row if cell.value is not None]
    facts = document.facts
    assert float(Decimal(facts.total_minor) / 100) in shown
    assert any("SAY US DOLLARS" in str(value) for value in shown)
    _formulas, packed = sheets(replace(document, kind="packing_list"))
    shown = [cell.value for row in packed.iter_rows() for cell in row]
    assert {facts.carton_count, facts.gross_g / 1000, facts.net_g / 1000} <= set(shown)
    assert not any("USD" in str(value) or "Incoterms" in str(value) for value in shown)


def test_a_mixed_carton_is_counted_once():
    document = snapshot("packing_list", 2)
    first, second = document.facts.cartons
    inside = replace(
        first, per_carton=Decimal(2), quantity=Decimal(2) * first.cartons, net_g_per_carton=100,
        net_g=100 * first.cartons, gross_g_per_carton=0, gross_g=0, volume_mm3=0, mixed_with_previous=True,
    )  # fmt: skip
    mixed = replace(document, facts=replace(document.facts, cartons=(first, inside, second)))
    assert assert_agree(mixed) == 4 + 2 + 4 + 5


def test_no_text_becomes_a_formula_and_every_text_is_whole():
    document = hostile(snapshot())
    formulas, _stored = sheets(document)
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                assert re.fullmatch(r"=(SUM|ROUND)\([A-Z0-9:*,]+\)", cell.value)
    assert any(str(cell.value).startswith("=cmd|'A1") for row in formulas.iter_rows() for cell in row)


def test_the_sheet_is_ready_to_read_and_print():
    for kind, across in (("commercial_invoice", "portrait"), ("packing_list", "landscape")):
        formulas, _stored = sheets(snapshot(kind, 3, "bilingual"))
        head = int(formulas.freeze_panes[1:]) - 1
        assert "货名" in str([cell.value for cell in formulas[head]]) or "货物名称" in str(
            [c.value for c in formulas[head]]
        )
        assert formulas.print_title_rows == f"${head}:${head}"
        assert formulas.page_setup.orientation == across
        assert formulas.page_setup.fitToHeight == 0
        assert formulas.column_dimensions["D"].width > 8
        assert formulas["A1"].font.name == "Microsoft YaHei"


def test_a_neutral_packing_list_does_not_name_the_seller():
    document = replace(snapshot("packing_list"), options=DocumentOptions(neutral=True))
    formulas, _stored = sheets(document)
    shown = str([cell.value for row in formulas.iter_rows() for cell in row])
    assert "Haiyue" not in shown
    assert "Nordlys" in shown


def test_other_kinds_have_no_excel_form_and_bytes_are_the_same_each_time():
    with pytest.raises(InvalidValue):
        workbook(snapshot("quotation"))
    assert workbook(snapshot()) == workbook(snapshot())
