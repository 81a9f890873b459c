from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.details.origin import OriginDetails
from factory_erp.documents.facts import texts
from factory_erp.documents.origin import _Certificate
from factory_erp.documents.origin_forms import FORMS
from factory_erp.documents.origin_rules import ASEAN, GSP_ENDED, GSP_GRANTED, states_value, warnings
from factory_erp.documents.page import A4, MM
from factory_erp.documents.pictures import NO_PICTURES
from factory_erp.documents.snapshot import DocumentSnapshot, Kind
from factory_erp.documents.stored import from_json, to_json
from factory_erp.documents.typeset import one_line, text_width
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import in_language
from tests.documents.customs_samples import certificate
from tests.documents.every_kind import pages_of
from tests.documents.samples import facts


def text_of(document: DocumentSnapshot) -> str:
    pages = PdfReader(BytesIO(render(document))).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def details_of(document: DocumentSnapshot) -> OriginDetails:
    assert isinstance(document.details, OriginDetails)
    return document.details


def assert_inside(document: DocumentSnapshot) -> None:
    drawn = _Certificate(document, details_of(document), NO_PICTURES)
    drawn.draw()
    for page in drawn.draft.flow.pages:
        for mark in page.texts:
            assert mark.x >= 14 * MM - 0.5
            assert mark.x + text_width(mark.text, mark.size, mark.bold) <= A4[0] - 14 * MM + 0.5, mark.text
            assert mark.y <= A4[1] - 6 * MM


BOXES = {
    "origin_general": ["1. Exporter", "3. Means of transport", "4. Country / region", "5. For certifying",
                       "6. Marks", "7. Number and kind", "8. H.S. code", "9. Quantity", "10. Number and date",
                       "11. Declaration", "12. Certification"],
    "origin_form_e": ["1. Goods consigned from", "2. Goods consigned to", "3. Means", "4. For official use",
                      "5. Item", "6. Marks", "7. Number and kind", "8. Origin criterion",
                      "9. Gross weight or other quantity, value (FOB)", "10. Number and date",
                      "11. Declaration",
                      "12. Certification", "13. Mark where it applies", "Movement certificate", "Exhibition"],
    "origin_rcep": ["3. Producer", "4. Means", "5. For official use", "6. Item", "7. Marks",
    "8. Number and kind",
                    "9. H.S. code", "10. Origin criterion", "11. RCEP country", "12. Quantity and value",
                    "13. Number and date", "14. Remarks", "15. Declaration", "16. Certification", "17. Mark",
                    "Back-to-back"],
    "origin_form_a": ["1. Goods consigned from", "4. For official use", "5. Item", "8. Origin criterion",
                      "9. Gross weight or other quantity", "10. Number and date", "11. Declaration"],
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_boxes_have_the_numbers_of_the_form(kind: str):
    shown = text_of(certificate(kind, criterion="WO"))  # type: ignore[arg-type]
    assert [box for box in BOXES[kind] if squeezed(box) not in shown] == []
    stated = (
        "Ningbo Haiyue",
        "Nordlys Hjem",
        "CI-2026-00042",
        "12 Sep 2026",
        "18 Sep 2026",
        "MV Example Star",
    )
    assert [text for text in (*stated, "NORDLYS", "NINGBO, CHINA") if squeezed(text) not in shown] == []


def test_packages_stand_in_words_and_the_goods_are_closed():
    shown = text_of(certificate())
    assert "TEN(10)CARTONSOFVacuumbottle500ml" in shown
    assert "TOTAL:FORTY-FIVE(45)CARTONSONLY***" in shown
    assert shown.count("***") == 1
    assert "FROMNingbo,ChinaTOAarhus,DenmarkON18Sep2026BYMVExampleStar/046WVIASINGAPORE" in shown
    single = text_of(certificate(count=1))
    assert "TOTAL" not in single
    assert "mattblack***" in single


def test_each_language_says_the_route_in_its_own_words():
    shown = text_of(certificate(language="bilingual"))
    assert "自宁波,中国至奥胡斯,丹麦2026年9月18日由MVExampleStar/046W运输经SINGAPORE" in shown


def test_the_producer_has_an_address_and_a_country():
    company = certificate("origin_rcep").facts.company
    shown = text_of(certificate("origin_rcep"))
    assert shown.count(squeezed(company.address_lines[0])) == 2
    assert shown.count("+8657487654321") == 1
    named = text_of(certificate("origin_rcep", producer="Yongkang Xinda\nZhiying Town, China"))
    assert "YongkangXindaZhiyingTown,China" in named
    assert named.count(squeezed(company.address_lines[0])) == 1


def test_in_arabic_the_packages_stand_before_the_goods():
    goods = texts({"ar": "زجاجة حافظة للحرارة سعة 500 مل، أسود مطفي"})
    items = tuple(replace(item, description=goods) for item in details_of(certificate()).items)
    drawn = [mark.text for page in pages_of(certificate(language="ar", items=items)) for mark in page.texts]
    [first] = [text for text in drawn if "TEN (10)" in text]
    # From the right: "number", the figure, then the goods; so they stand at its left.
    assert first.index("TEN (10)") > 0
    assert first.endswith(one_line("عدد"))


def test_one_package_is_singular_and_other_kinds_keep_their_plural():
    items = details_of(certificate()).items
    word = texts({"en": "box", "zh_CN": "盒"})
    changed = (replace(items[0], packages=1), replace(items[1], packages=2, package_word=word))
    shown = text_of(certificate(items=changed))
    assert "ONE(1)CARTONOF" in shown
    assert "TWO(2)BOXESOF" in shown
    assert "TOTAL:THREE(3)PACKAGESONLY" in shown


def test_goods_in_the_cartons_of_another_item_count_no_package():
    items = details_of(certificate()).items
    shown = text_of(certificate(items=(items[0], replace(items[1], packages=0, gross_g=0), items[2])))
    assert "(PACKEDWITHTHEITEMABOVE)" in shown
    assert "TOTAL:THIRTY(30)CARTONSONLY" in shown


def test_a_chinese_sheet_has_chinese_words():
    shown = text_of(certificate("origin_form_a", language="zh_CN", country="AU"))
    for text in (
        "壹拾（10）纸箱真空保温杯",
        "合计：肆拾伍（45）纸箱整",
        "普惠制原产地证书",
        "163.30kg毛重",
        "自宁波,中国",
    ):
        assert text in shown


def test_both_languages_stand_side_by_side():
    shown = text_of(certificate(language="bilingual"))
    for text in ("TEN(10)CARTONS", "壹拾（10）纸箱", "producedinChina", "货物产自中国"):
        assert text in shown


@pytest.mark.parametrize(
    ("kind", "criterion", "stated"),
    [
        ("origin_form_e", "PE", False),
        ("origin_form_e", "CTH", False),
        ("origin_form_e", "PSR", False),
        ("origin_form_e", "45%", True),
        ("origin_form_e", "PSR (RVC)", True),
        ("origin_rcep", "CTC", False),
        ("origin_rcep", "RVC", True),
        ("origin_general", "45%", False),
        ("origin_form_a", "45%", False),
    ],
)
def test_the_value_is_stated_for_regional_content_only(kind: str, criterion: str, stated: bool):
    shown = text_of(certificate(kind, criterion=criterion))  # type: ignore[arg-type]
    assert ("USD1,848.00FOB" in shown) == stated
    if kind in ("origin_form_e", "origin_rcep"):
        assert states_value(criterion) == stated


@pytest.mark.parametrize("kind", ["origin_general", "origin_form_e", "origin_form_a"])
def test_remarks_stand_below_the_goods_where_the_form_has_no_box_for_them(kind: Kind) -> None:
    said = text_of(certificate(kind, remarks="L/C NO. LC26110815\nDATED 20 OCT 2026", country="NO"))
    assert "***L/CNO.LC26110815DATED20OCT2026" in said


def test_third_party_invoicing_is_ticked_and_named():
    document = certificate(
        "origin_form_e", ticks=("third_party_invoicing",), third_party_invoicer="PACIFIC LTD"
    )
    shown = text_of(document)
    assert "[X]Thirdpartyinvoicing" in shown
    assert "[]Exhibition" in shown
    assert "THIRDPARTYINVOICING:PACIFICLTD***" in shown
    rcep = text_of(certificate("origin_rcep", third_party_invoicer="PACIFIC LTD", remarks="PACKED DRY"))
    assert "14.RemarksPACKEDDRYTHIRDPARTYINVOICING:PACIFICLTD" in rcep


def test_consignee_and_producer_of_the_certificate_come_first():
    document = certificate(
        "origin_rcep", consignee=replace(facts(1).consignee, name="TO ORDER"), producer="OLD KILN"
    )
    shown = text_of(document)
    assert "TOORDER" in shown
    assert "OLDKILN" in shown
    assert "NordlysHjem" not in shown


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("language", ["en", "bilingual", "zh_CN", "es", "ar", "th"])
def test_texts_stay_on_the_page(kind: str, language: str):
    assert_inside(certificate(kind, 20, language))  # type: ignore[arg-type]


def test_a_long_list_runs_over_pages_and_loses_nothing():
    document = certificate("origin_rcep", 80, criterion="RVC")
    shown = text_of(document)
    assert_inside(document)
    assert shown.count("RVC") >= 80
    assert shown.count("***") == 1
    long = "EXTRAORDINARILY LONG DESCRIPTION OF THE GOODS " * 40
    items = tuple(replace(item, description=texts({"en": long})) for item in details_of(certificate()).items)
    assert_inside(certificate(items=items))


def test_unknown_ports_and_codes_leave_gaps_not_errors():
    document = certificate("origin_form_e", vessel="", departure=None, route_via="")
    bare = replace(
        document,
        facts=replace(document.facts, port_of_loading=None, port_of_discharge=None, etd=None, marks=()),
    )
    items = tuple(replace(item, hs_code="?") for item in details_of(document).items)
    shown = text_of(replace(bare, details=replace(details_of(bare), items=items)))
    assert "N/M" in shown
    assert "H.S.?" in shown


def test_it_is_stored_and_drawn_again_alike():
    document = certificate("origin_rcep", ticks=("back_to_back",))
    assert from_json(to_json(document)) == document
    assert render(from_json(to_json(document))) == render(document)


HOSTILE = st.text(st.characters() | st.sampled_from("\x00\x1b\ud800\ufffe<b>&\u202e😀\n{}"), max_size=60)


@settings(max_examples=25, deadline=None)
@given(kind=st.sampled_from(sorted(FORMS)), told=st.lists(HOSTILE, min_size=7, max_size=7))
def test_hostile_texts_are_drawn_inside_the_page(kind: str, told: list[str]):
    items = tuple(
        replace(item, description=texts({"en": told[0]}), criterion=told[1], hs_code=told[2])
        for item in details_of(certificate()).items
    )
    document = certificate(
        kind,  # type: ignore[arg-type]
        items=items,
        vessel=told[3],
        route_via=told[4],
        third_party_invoicer=told[5],
        remarks=told[6],
    )
    assert_inside(document)
    assert all(warnings(document))


def test_no_item_is_refused():
    with pytest.raises(InvalidValue):
        render(certificate(items=()))


# -- what is said before it is printed


@pytest.mark.parametrize("country", sorted(GSP_GRANTED))
def test_form_a_is_in_order_where_it_still_counts(country: str):
    assert warnings(certificate("origin_form_a", country=country)) == ()


@pytest.mark.parametrize("country", ["DE", "GB", "CA", "TR", "UA", "LI"])
def test_form_a_warns_where_preferences_ended(country: str):
    (warning,) = warnings(certificate("origin_form_a", country=country))
    assert "1 December 2021" in warning


@pytest.mark.parametrize("country", ["US", "JP", "RU", "CH"])
def test_form_a_warns_where_there_are_none(country: str):
    (warning,) = warnings(certificate("origin_form_a", country=country))
    assert "Norway, New Zealand and Australia" in warning


def test_the_european_union_has_27_members():
    assert len(GSP_ENDED) == 27 + 5
    assert not GSP_ENDED & GSP_GRANTED


@pytest.mark.parametrize("kind", ["origin_form_e", "origin_rcep"])
def test_a_certificate_for_a_party_says_nothing(kind: str):
    assert warnings(certificate(kind, criterion="WO", country="VN")) == ()  # type: ignore[arg-type]
    assert warnings(certificate(kind, criterion="WO", country="US"))[0].startswith("United States")  # type: ignore[arg-type]


def test_agreements_differ_in_their_parties():
    assert warnings(certificate("origin_rcep", criterion="WO", country="JP")) == ()
    assert warnings(certificate("origin_form_e", criterion="WO", country="JP"))
    assert warnings(certificate("origin_rcep", criterion="WO", country="CN"))
    assert len(ASEAN) == 10


@pytest.mark.parametrize("criterion", ["WO", "PE", "CTH", "40%", "45.5 %", "PSR", "PSR RVC"])
def test_criteria_of_form_e(criterion: str):
    assert warnings(certificate("origin_form_e", criterion=criterion, country="VN")) == ()


@pytest.mark.parametrize("criterion", ["", "P", "CTC", "W", "RVC 45", "%"])
def test_other_criteria_are_no_criteria_of_form_e(criterion: str):
    assert len(warnings(certificate("origin_form_e", 2, criterion=criterion, country="VN"))) == 2


@pytest.mark.parametrize("criterion", ["WO", "PE", "CTC", "RVC", "CR", "CTC, ACU", "RVC+DMI"])
def test_criteria_of_rcep(criterion: str):
    assert warnings(certificate("origin_rcep", criterion=criterion, country="JP")) == ()


def test_regional_content_asks_for_the_value():
    items = tuple(replace(i, fob_minor=None) for i in details_of(certificate(criterion="45%")).items)
    assert len(warnings(certificate("origin_form_e", country="VN", items=items))) == 3


def test_short_codes_third_parties_blanks_and_marks_are_seen():
    items = tuple(replace(i, hs_code="9617") for i in details_of(certificate(count=1)).items)
    assert "six digits" in warnings(certificate("origin_form_e", country="VN", items=items))[0]
    ticked = certificate("origin_form_e", country="VN", ticks=("third_party_invoicing",))
    assert "name the firm" in warnings(ticked)[0]
    named = certificate("origin_form_e", country="VN", third_party_invoicer="PACIFIC LTD")
    assert "tick third party" in warnings(named)[0]
    blank = certificate(consignee=replace(facts(1).consignee, name=" "))
    assert "TO ORDER" in warnings(blank)[0]
    plain = certificate()
    assert warnings(plain) == ()
    stated = replace(
        plain.facts, marks=("As per invoice",), company=replace(plain.facts.company, country="HK")
    )
    assert len(warnings(replace(plain, facts=stated))) == 2


def test_other_documents_and_unknown_countries_are_no_matter():
    from tests.documents.samples import snapshot

    assert warnings(snapshot()) == ()
    document = certificate("origin_form_a", country="")
    unknown = replace(document, facts=replace(document.facts, destination_country=""))
    assert warnings(unknown)[0].startswith("The country of destination")
    with in_language("zh_CN"):
        assert "德国" in warnings(certificate("origin_form_a", country="DE"))[0]
