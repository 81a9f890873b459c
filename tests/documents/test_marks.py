from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.documents import render
from factory_erp.documents.facts import carton_groups
from factory_erp.documents.marks import marked, side_mark
from tests.documents.reading import HOSTILE, said, words_of
from tests.documents.samples import snapshot

MARKS = ("NORDLYS", "PO-77120", "AARHUS", "C/NO. 1-485", "MADE IN CHINA")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("C/NO. 1-485", "C/NO. 7/485"), ("C/NO.: 1-UP", "C/NO.: 7/485"), ("CTN NO. 1-20", "CTN NO. 7/485"),
        ("CARTON NO. 1-5 / 6-10", "CARTON NO. 7/485"), ("NO. A1-A20", "NO. 7/485"),
        ("箱号：1-485", "箱号： 7/485"),
        ("CASE NO. ____", "CASE NO. 7/485"), ("C/No. 1/25", "C/No. 7/485"),
    ],
)  # fmt: skip
def test_the_carton_line_of_any_notation_gets_the_carton(line: str, shown: str):
    assert marked(("ACME", line), "7/485") == ("ACME", shown)


def test_marks_without_a_carton_line_get_one_and_no_marks_say_so():
    assert marked(("ACME", "PO-77120", "LOT NO. X"), "3/9") == ("ACME", "PO-77120", "LOT NO. X", "C/NO. 3/9")
    assert marked((), "3/9") == ("N/M",)


def test_the_side_mark_of_a_mixed_carton_names_all_items_and_adds_their_weights():
    first, second, *_rest = snapshot("packing_list").facts.cartons
    inside = replace(
        second, carton_ranges=first.carton_ranges, cartons=first.cartons, per_carton=Decimal(3),
        quantity=Decimal(3) * first.cartons, net_g_per_carton=1_234, net_g=1_234 * first.cartons,
        gross_g_per_carton=0, gross_g=0, volume_mm3=0, mixed_with_previous=True,
    )  # fmt: skip
    assert side_mark((first, inside), "CN") == (
        "ITEM NO.: TB-500-BK", "QTY: 48 PCS", "ITEM NO.: TB-750-WH", "QTY: 3 PCS", "G.W.: 16.330 KGS",
        "N.W.: 16.114 KGS", "MEAS.: 52×39.5×28.5 CM", "MADE IN CHINA",
    )  # fmt: skip


def test_every_range_has_its_main_and_side_mark():
    document = snapshot("shipping_marks", 20, "bilingual")
    shown = words_of(render(document))
    for group in carton_groups(document.facts.cartons):
        assert said(f"C/NO. {group[0].carton_ranges}") in shown
        for line in side_mark(group, "CN"):
            assert said(line) in shown
    assert "正唛" in shown
    assert "USD" not in shown


def test_hostile_and_long_marks_are_drawn():
    document = snapshot("shipping_marks", 2, "zh_CN", marks=(HOSTILE, "W" * 200, "唛" * 90))
    data = render(document)
    assert "W" * 200 in words_of(data)
    assert render(document) == data
