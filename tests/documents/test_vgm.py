from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.documents import render
from factory_erp.documents.details.trade import VgmContainer, VgmDetails
from factory_erp.documents.stored import from_json, to_json
from factory_erp.domain.errors import InvalidValue
from tests.documents.papers import VGM, not_found, outside, overlapping, paper, said, text_of

GRAMS = st.integers(0, 40_000_000)


def container(cargo: int, dunnage: int, tare: int, vgm: int) -> VgmContainer:
    """A container of these weights."""
    return VgmContainer("CSQU3054383", "HLA1", "40HQ", cargo, dunnage, tare, vgm, 32_500_000)


@given(GRAMS, GRAMS, GRAMS)
def test_by_method_2_the_mass_is_the_sum(cargo, dunnage, tare):
    total = cargo + dunnage + tare
    if total:
        assert VgmDetails(2, (container(cargo, dunnage, tare, total),)).containers[0].summed_g == total


@given(GRAMS, GRAMS, GRAMS, st.integers(1, 10**8))
def test_by_method_2_any_other_mass_is_refused(cargo, dunnage, tare, stated):
    if stated == cargo + dunnage + tare:
        return
    with pytest.raises(InvalidValue, match="come to"):
        VgmDetails(2, (container(cargo, dunnage, tare, stated),))


def test_by_method_1_the_mass_is_what_the_scale_said():
    assert VgmDetails(1, (container(5_000_000, 0, 3_880_000, 8_912_000),)).containers[0].vgm_g == 8_912_000


@pytest.mark.parametrize("weights", [(0, 0, 0, 0), (-1, 0, 2, 1), (1, 1, 1, -3)])
def test_missing_and_negative_weights_are_refused(weights):
    with pytest.raises(InvalidValue, match="missing or below zero"):
        container(*weights)


def test_a_declaration_names_a_container():
    with pytest.raises(InvalidValue, match="no container"):
        VgmDetails(2, ())


def test_every_value_is_on_the_paper():
    expected = [
        *said(VGM), "5,120.45", "85.00", "3,880.00", "9,085.45", "32,500.00", "1,665.00", "42.50", "3,937.50",
        "13,022.95", "VI/2.4.2", "Method 2", "方式二", "12 Sep 2026", "MV Example Star / 046W", "SOLAS",
        "Ningbo Haiyue Drinkware Co., Ltd.", "VERIFIED GROSS MASS DECLARATION", "集装箱重量验证声明",
    ]  # fmt: skip
    assert not_found(expected, render(paper("vgm_declaration"))) == []


def test_method_1_names_the_scale_and_leaves_out_what_nobody_weighed():
    weighed = tuple(replace(one, cargo_g=0, dunnage_g=0) for one in VGM.containers)
    scale = "Weighbridge SCS-60, certificate 2026-ZJ-0088"
    document = paper(
        "vgm_declaration", language="en", details=replace(VGM, method=1, containers=weighed, equipment=scale)
    )
    shown = text_of(render(document))
    assert "VI/2.4.1" in shown
    assert "VI/2.4.2" not in shown
    assert "WeighedonWeighedat12Sep2026" in shown or "Weighedon12Sep2026" in shown
    assert not_found([scale, "9,085.45", "—"], render(document)) == []


def test_many_containers_flow_over_pages():
    many = tuple(
        replace(VGM.containers[0], number=f"CSQU{3054383 + i}", seal="HLA" * 12 + str(i)) for i in range(120)
    )
    document = paper("vgm_declaration", details=replace(VGM, containers=many))
    assert not_found([one.number for one in many], render(document)) == []
    assert outside(document) == []
    assert overlapping(document) == []


@pytest.mark.parametrize("language", ["en", "zh_CN", "bilingual", "fr", "ar", "vi"])
def test_the_same_snapshot_gives_the_same_bytes_in_every_language(language):
    document = paper("vgm_declaration", language=language)
    assert render(document) == render(from_json(to_json(document)))
