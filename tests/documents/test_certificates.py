from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from factory_erp.documents import render
from factory_erp.documents.details.trade import Finding
from factory_erp.documents.facts import CartonLine, texts
from factory_erp.documents.snapshot import DocumentOptions
from factory_erp.documents.stored import from_json, to_json
from tests.documents.papers import (
    BENEFICIARY,
    INSPECTION,
    WEIGHT,
    not_found,
    outside,
    overlapping,
    paper,
    said,
    text_of,
)
from tests.documents.samples import facts

CERTIFICATES = ("beneficiary_certificate", "inspection_certificate", "weight_certificate")
REFERENCES = (
    "HY-2026-00042",
    "12 Sep 2026",
    "CI-2026-00042",
    "HY-SC-2026-118",
    "LC2026/88/00417",
    "1 Jul 2026",
)


def test_a_beneficiarys_certificate_states_title_and_statements_as_given():
    expected = [*said(BENEFICIARY), *REFERENCES, "Nordlys Trading GmbH", "Ningbo Haiyue Drinkware Co., Ltd."]
    assert not_found(expected, render(paper("beneficiary_certificate"))) == []


@pytest.mark.parametrize("language", ["zh_CN", "bilingual", "de"])
def test_the_title_is_exactly_the_one_given(language):
    shown = text_of(render(paper("beneficiary_certificate", language=language)))
    assert shown.startswith("Issuedby") or "BENEFICIARY'SCERTIFICATEOFDISPATCH" in shown
    assert "BENEFICIARY'SCERTIFICATEOFDISPATCHHY-2026-00042" in shown
    assert "受益人证明" not in shown


def test_without_a_title_it_has_the_usual_one():
    details = replace(WEIGHT, title="  ")
    assert "WEIGHTCERTIFICATE重量证书" in text_of(render(paper("weight_certificate", details=details)))


def test_an_inspection_certificate_states_goods_findings_and_conclusion():
    document = paper("inspection_certificate", 6)
    lines = document.facts.lines
    expected = [
        *said(INSPECTION), *REFERENCES, *document.facts.marks, "10 Sep 2026", "4,980 PCS", "600 SETS",
        *(line.item_number for line in lines), *(text for line in lines for text in said(line.description)),
    ]  # fmt: skip
    assert not_found(expected, render(document)) == []


def test_another_issuer_heads_and_signs_without_our_signature():
    document = paper("inspection_certificate", language="en")
    document = replace(
        document, options=DocumentOptions(signed_by="Lin Yuting", signature="0" * 64, chop="1" * 64)
    )
    shown = text_of(render(document))
    assert shown.count("ZhedongCommodityInspectionCo.,Ltd.") == 2
    assert "LinYutingTel" not in shown.split("Forandonbehalfof")[1]
    assert shown.count("NingboHaiyueDrinkwareCo.,Ltd.") == 1


def test_a_weight_certificate_lists_every_range_with_its_weights():
    document = paper("weight_certificate", 20)
    stated = document.facts
    expected = [
        *REFERENCES, "TO WHOM IT MAY CONCERN", "485", "6,118.70", "6,785.45", "have been weighed", "业经衡重",
        *(line.carton_ranges for line in stated.cartons),
        *(f"{Decimal(grams) / 1000:,.2f}" for line in stated.cartons for grams in (
            line.net_g, line.gross_g, line.net_g_per_carton, line.gross_g_per_carton
        )),
    ]  # fmt: skip
    assert not_found(expected, render(document)) == []


def test_a_mixed_carton_is_weighed_once():
    stated = facts(1)
    first = stated.cartons[0]
    mixed = CartonLine(
        first.carton_ranges,
        first.cartons,
        "GIFT-1",
        texts({"en": "Gift box"}),
        Decimal(1),
        Decimal(first.cartons),
        "H87",
        55,
        0,
        0,
        0,
        0,
        55 * first.cartons,
        0,
        0,
        True,
    )
    shown = text_of(render(paper("weight_certificate", 1, "en", cartons=(first, mixed))))
    assert shown.count(f"{Decimal(first.gross_g) / 1000:.3f}") == 2  # the range and the total
    assert f"{Decimal(first.net_g + mixed.net_g) / 1000:.3f}" in shown


def test_statements_and_findings_without_end_flow_over_pages():
    statement = texts({"en": "We certify that this was done. " * 30, "zh_CN": "兹证明已办妥。" * 60})
    finding = Finding(texts({"en": "Subject " * 20}), "Method " * 30, texts({"en": "Result " * 60}))
    for kind, details in (("beneficiary_certificate", BENEFICIARY), ("inspection_certificate", INSPECTION)):
        full = replace(
            details, statements=(statement,) * 12, findings=(finding,) * 30, title="TITLE OF THE PAPER " * 6
        )
        document = paper(kind, 30, details=full)  # type: ignore[arg-type]
        assert outside(document) == []
        assert overlapping(document) == []
        shown = text_of(render(document))
        assert shown.count("Wecertifythat") >= 30 * 12 - 12
        assert shown.count("Result") >= 30 * 60


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "es", "ar", "th"])
@pytest.mark.parametrize("kind", CERTIFICATES)
def test_the_same_snapshot_gives_the_same_bytes_in_every_language(kind, language):
    document = paper(kind, 4, language)
    assert render(document) == render(from_json(to_json(document)))


@pytest.mark.parametrize("kind", CERTIFICATES)
@pytest.mark.parametrize("count", [1, 7, 23, 24, 25, 26, 90])
def test_nothing_is_cut_or_overlaps(kind, count):
    document = paper(kind, count)
    assert outside(document) == []
    assert overlapping(document) == []
