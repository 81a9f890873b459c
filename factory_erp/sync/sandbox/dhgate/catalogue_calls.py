"""The calls that come before a listing: categories, attributes, units, shipping templates, pictures."""

from __future__ import annotations

import base64
import binascii

from factory_erp.sync.sandbox.dhgate.catalogue import (
    ATTRIBUTES,
    CATEGORIES,
    MEASURES,
    TEMPLATES,
    Category,
    attribute_row,
    category_row,
)
from factory_erp.sync.sandbox.dhgate.forms import (
    EmptyAnswer,
    Form,
    ServiceError,
    illegal,
    method,
    one_of,
    whole,
)
from factory_erp.sync.sandbox.dhgate.payloads import Payload
from factory_erp.sync.sandbox.dhgate.state import SandboxState

LARGEST_IMAGE = 2 * 1024 * 1024

_SIGNATURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"GIF8": "gif"}


def category_list(state: SandboxState, form: Form) -> Payload:
    """The children of a category; the roots where none is named."""
    parent = form.get("parentId", "")
    if parent and parent not in CATEGORIES:
        raise ServiceError("error.category.not.exist", "类目不存在")
    rows = [category_row(each) for each in CATEGORIES.values() if each.parent_id == parent]
    if not rows:
        raise EmptyAnswer({"catePubList": []})
    return {"catePubList": rows}


def category_get(state: SandboxState, form: Form) -> Payload:
    """A leaf category with its attributes."""
    category = leaf_category(form["catePubId"])
    return {
        **category_row(category),
        "categoryPubAttrList": [attribute_row(category.category_id, each) for each in ATTRIBUTES],
        "categoryPubAttrgroupList": [],
        "excludeKeyWords": None,
        "inlucdeKeyWords": None,
    }


def leaf_category(category_id: str) -> Category:
    """The category in which a listing may stand."""
    category = CATEGORIES.get(category_id)
    if category is None or not category.leaf:
        raise ServiceError("error.category.not.leaf", "必须为有效的叶子类目ID")
    return category


def attribute_values(state: SandboxState, form: Form) -> Payload:
    """One attribute of a category with its values."""
    category = leaf_category(form["catePubId"])
    wanted = whole(form, "childAtrrId", 0, 10**12)
    found = [each for each in ATTRIBUTES if each.attr_id == wanted]
    if not found:
        raise ServiceError("error.attr.not.exist", "属性不存在")
    row = attribute_row(category.category_id, found[0])
    return {**row, "valueList": row["categoryPubAttrValList"], "valid": "1", "sortval": 1}


def measures(state: SandboxState, form: Form) -> Payload:
    """The units of sale. The name of the list is the platform's own spelling."""
    rows = [
        {
            "measureid": number,
            "name": name,
            "plural": plural,
            "shortname": name.lower(),
            "cname": chinese,
            "description": name,
            "valid": "1",
        }
        for number, (name, plural, chinese) in MEASURES.items()
    ]
    return {"meauserList": rows}


def templates(state: SandboxState, form: Form) -> Payload:
    """The account's shipping templates."""
    rows = [
        {
            "shippingTempId": number,
            "modelName": name,
            "modelDesc": name,
            "modelType": "11",
            "createDate": "2024-01-12 18:20:21",
        }
        for number, name in TEMPLATES.items()
    ]
    return {"shippingModelList": rows}


def image_upload(state: SandboxState, form: Form) -> Payload:
    """A picture into the album: JPEG, PNG or GIF, as base64, of at most 2 MB."""
    one_of(form, "funType", "albu")
    try:
        content = base64.b64decode(form["imgBase64"], validate=True)
    except binascii.Error as error:
        raise illegal("imgBase64") from error
    suffix = next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), "")
    if not suffix:
        raise ServiceError("error.img.type", "图片格式不正确")
    if len(content) > LARGEST_IMAGE:
        raise ServiceError("error.img.size", "图片最大限制为2M")
    return state.upload(form["imgName"], content, suffix)


METHODS = {
    "dh.category.list": method("2.0", category_list, "", "parentId"),
    "dh.category.get": method("2.0", category_get, "catePubId"),
    "dh.category.attrval.list": method(
        "2.0", attribute_values, "catePubId childAtrrId", "catePubAttrValId brandId"
    ),
    "dh.base.measures.get": method("1.0", measures),
    "dh.shipping.template.list": method("2.0", templates),
    "dh.album.img.upload": method(
        "2.1", image_upload, "funType imgBase64 imgName", "imgBannerName markPosition"
    ),
}
