from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.documents.details.customs import Coded, CountedIn, DeclarationDetails, FeeStated
from factory_erp.documents.twins.declaration_leaves import HEAD, ITEM, NAMESPACE, check_lengths
from factory_erp.documents.twins.declaration_xml import declaration_xml
from factory_erp.domain.errors import InvalidValue
from tests.documents.customs_samples import USCC, declaration

N = {"d": NAMESPACE}

# What the importing side is known to store, field by field: characters, or (digits, decimals).
STORED = {
    "CustomMaster": 4, "ContrNo": 32, "BillNo": 50, "IEDate": 8, "TradeCoScc": 18, "TradeCode": 10,
    "TradeName": 70, "OverseasConsigneeEname": 400, "TrafName": 200, "TradeMode": 4, "CutMode": 3,
    "LicenseNo": 20, "TradeCountry": 3, "DistinatePort": 6, "TransMode": 1, "FeeMark": 1, "FeeCurr": 3,
    "FeeRate": (12, 4), "WrapType": 2, "GrossWet": (17, 5), "NetWt": (17, 5), "MarkNo": 400, "NoteS": 500,
}  # fmt: skip


def head(message: bytes) -> dict[str, str]:
    root = ET.fromstring(message)
    found = root.find("d:DecHead", N)
    assert found is not None
    return {leaf.tag.split("}")[1]: leaf.text or "" for leaf in found}


def items(message: bytes) -> list[dict[str, str]]:
    lists = ET.fromstring(message).findall("d:DecLists/d:DecList", N)
    return [{leaf.tag.split("}")[1]: leaf.text or "" for leaf in one} for one in lists]


def test_lengths_are_those_of_the_interface():
    for name, stored in STORED.items():
        length, decimals = stored if isinstance(stored, tuple) else (stored, None)
        assert (HEAD[name].length, HEAD[name].decimals) == (length, decimals), name
    assert ITEM["GModel"].length == 255
    assert ITEM["CodeTS"].length == 10


def test_the_head_says_what_the_declaration_says():
    told = head(declaration_xml(declaration()))
    expected = {
        "IEFlag": "E", "Type": "Z", "ContrNo": "HY-SC-2026-118", "CustomMaster": "3104", "IEPort": "3104",
        "CutMode": "101", "DistinatePort": "DNK000", "FeeMark": "3", "FeeRate": "1850", "FeeCurr": "USD",
        "InsurMark": "3", "InsurRate": "214.36", "GrossWet": "1925.55", "NetWt": "1738.05",
        "IEDate": "20260918", "OwnerName": "宁波海悦杯业有限公司",
        "OwnerCodeScc": USCC, "PackNo": "135", "TradeCountry": "DNK",
        "TradeAreaCode": "DEU", "TradeMode": "0110", "TrafMode": "2", "TrafName": "MV Example Star",
        "TransMode": "1", "WrapType": "22", "TradeCoScc": USCC, "PromiseItmes": "00000",
        "MarkNo": "NORDLYS PO-77120 AARHUS C/NO. 1-135 MADE IN CHINA", "EntyPortCode": "380001",
        "OverseasConsigneeEname": "Nordlys Hjem & Fritid A/S",
    }  # fmt: skip
    assert {name: told.get(name) for name in expected} == expected
    assert list(told) == [name for name in HEAD if name in told]
    assert "OtherMark" not in told


def test_items_have_three_quantities_and_their_elements():
    told = items(declaration_xml(declaration()))
    assert [item["GNo"] for item in told] == ["1", "2", "3", "4", "5"]
    glass = told[3]
    expected = {
        "CodeTS": "7013370000", "GName": "玻璃杯", "DeclPrice": "1.4084", "DeclTotal": "1521.04",
        "TradeCurr": "USD", "GQty": "1080", "GUnit": "011", "FirstQty": "334.8",
        "FirstUnit": "035", "SecondQty": "1080",
        "SecondUnit": "007", "OriginCountry": "CHN", "DestinationCountry": "DNK", "DistrictCode": "33029",
        "DutyMode": "1",
    }  # fmt: skip
    assert {name: glass[name] for name in expected} == expected
    assert glass["GModel"].startswith("4|0|日用")
    assert "SecondQty" not in told[0]


def test_containers_voyage_and_the_other_blocks_are_there():
    details = replace(declaration(), container_specs=(Coded("11", "普通"),))
    root = ET.fromstring(declaration_xml(details))
    assert root.tag == f"{{{NAMESPACE}}}DecMessage"
    assert [child.tag.split("}")[1] for child in root] == [
        "DecHead", "DecLists", "DecContainers", "DecLicenseDocus", "DecRequestCerts", "DecOtherPacks",
        "DecUsers", "DecFreeTxt", "DecSign", "EdocRealation",
    ]  # fmt: skip
    assert [one.text for one in root.findall(".//d:ContainerId", N)] == ["CSQU3054383", "MSKU1234565"]
    assert [one.text for one in root.findall(".//d:ContainerMd", N)] == ["11"]
    assert [one.text for one in root.findall("d:DecFreeTxt/d:VoyNo", N)] == ["046W"]


def test_flags_and_rates():
    flagged = replace(
        declaration(), special_relation=True, provisional_price=True, self_declared=False,
        insurance=FeeStated("1", Decimal("0.3"), "USD"), declared_at=Coded("2248", "洋山港区"),
    )  # fmt: skip
    told = head(declaration_xml(flagged))
    assert told["PromiseItmes"] == "10001"
    assert told["CustomMaster"] == "2248"
    assert told["InsurRate"] == "0.3"
    assert "InsurCurr" not in told
    assert "Type" not in told


def test_a_finished_message_keeps_its_form_and_is_the_same_each_time():
    message = declaration_xml(declaration())
    assert check_lengths(message) == ()
    assert message == declaration_xml(declaration())
    assert message.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


@pytest.mark.parametrize(
    ("field", "text", "title"),
    [
        ("contract_number", "X" * 33, "Contract number"),
        ("consignor", "公" * 36, "Domestic consignor"),
        ("bill_number", "B" * 51, "Bill of lading number"),
        ("notes", "备" * 251, "Notes"),
        ("marks", "M" * 401, "Marks"),
        ("overseas_consignee", "A" * 401, "Overseas consignee"),
    ],
)
def test_a_text_that_is_too_long_is_refused_and_never_cut(field: str, text: str, title: str):
    with pytest.raises(InvalidValue) as caught:
        declaration_xml(replace(declaration(), **{field: text}))
    assert (caught.value.record, caught.value.field) == ("Export declaration", title)
    assert caught.value.remedy
    fitting = declaration_xml(replace(declaration(), **{field: text[:-1]}))
    assert check_lengths(fitting) == ()
    assert text[:-1] in fitting.decode()


def test_elements_that_are_too_long_name_their_item():
    details = declaration()
    long = replace(details.items[1], elements=(("用途", "日" * 128),))
    with pytest.raises(InvalidValue) as caught:
        declaration_xml(replace(details, items=(details.items[0], long)))
    assert (caught.value.record, caught.value.field) == ("Item 2", "Declaration elements")


@pytest.mark.parametrize(
    ("field", "text"), [("consignor_uscc", "9133-020"), ("declarant_customs_code", "甲1")]
)
def test_what_is_no_code_is_refused(field: str, text: str):
    with pytest.raises(InvalidValue, match="is not a code"):
        declaration_xml(replace(declaration(), **{field: text}))


def test_a_number_that_is_too_large_is_refused():
    details = declaration()
    huge = replace(details.items[0], transaction=CountedIn(Decimal(10**9), Coded("011", "件")))
    with pytest.raises(InvalidValue) as caught:
        declaration_xml(replace(details, items=(huge,)))
    assert (caught.value.record, caught.value.field) == ("Item 1", "Quantity")
    largest = replace(huge, transaction=CountedIn(Decimal("999999999.99999"), Coded("011", "件")))
    assert check_lengths(declaration_xml(replace(details, items=(largest,)))) == ()


def broken(message: bytes, leaf: str, text: str) -> bytes:
    return re.sub(rf"<{leaf}>[^<]*</{leaf}>".encode(), f"<{leaf}>{text}</{leaf}>".encode(), message, count=1)


@pytest.mark.parametrize(
    ("leaf", "text", "place"),
    [
        ("ContrNo", "X" * 33, "DecHead"),
        ("TradeName", "公" * 36, "DecHead"),
        ("GrossWet", "1.123456", "DecHead"),
        ("GrossWet", "1e5", "DecHead"),
        ("PackNo", "1.5", "DecHead"),
        ("IEPort", "北仑", "DecHead"),
        ("GModel", "日" * 128, "DecList 1"),
        ("GUnit", "pcs", "DecList 1"),
        ("ContainerId", "MSKU12345678", "Container 1"),
        ("VoyNo", "V" * 33, "DecFreeTxt"),
    ],
)
def test_the_check_finds_what_breaks_the_form(leaf: str, text: str, place: str):
    (problem,) = check_lengths(broken(declaration_xml(declaration()), leaf, text))
    assert (problem.place, problem.leaf) == (place, leaf)
    assert problem.message


def test_the_check_refuses_what_is_no_message():
    assert check_lengths(b"")[0].message
    assert check_lengths(b"<DecMessage/>")[0].message == "The message is not a DecMessage."
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert check_lengths(bomb)[0].message == "The message declares a document type."
    extra = declaration_xml(declaration()).replace(b"<IEFlag>E</IEFlag>", b"<Nonsense>E</Nonsense>")
    assert [one.leaf for one in check_lengths(extra)] == ["Nonsense"]


HOSTILE = st.text(
    st.characters(codec=None) | st.sampled_from("\x00\x08\x1b\ud800\udfff\ufffe\uffff<>&\"']]>\u202e😀"),
    max_size=30,
)
TEXTS = [one.name for one in fields(DeclarationDetails) if one.type == "str" and one.name != "currency"]


@settings(max_examples=120, deadline=None)
@given(field=st.sampled_from(TEXTS), text=HOSTILE, name=HOSTILE, answer=HOSTILE)
def test_hostile_texts_give_valid_xml(field: str, text: str, name: str, answer: str):
    details = declaration()
    item = replace(details.items[0], name=name, elements=(("用途", answer),))
    try:
        message = declaration_xml(replace(details, items=(item,), **{field: text}))
    except InvalidValue:
        return
    assert check_lengths(message) == ()
