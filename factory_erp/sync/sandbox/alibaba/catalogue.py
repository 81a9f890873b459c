"""Categories, pictures, shipping templates, hidden product ids: what a listing is made of."""

from __future__ import annotations

from factory_erp.sync.sandbox.alibaba.arguments import Arguments, Failed, invalid
from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.products import done, failed
from factory_erp.sync.sandbox.alibaba.shelf import CATEGORIES, TEMPLATES
from factory_erp.sync.sandbox.alibaba.state import SandboxState

_IMAGE_LARGEST = 5 * 1024 * 1024
_NAMES = {number: name for number, name, _parent in CATEGORIES}
_PARENTS = {number: parent for number, _name, parent in CATEGORIES}


def _path(number: int) -> list[int]:
    """Ids from the root down to a category."""
    return [*(_path(_PARENTS[number]) if _PARENTS[number] else []), number]


def predict(state: SandboxState, call: Arguments) -> Payload:
    """The leaf whose name shares most words with the title and the description."""
    words = f"{call.required('title')} {call.text('description')}".lower().replace(",", " ").split()
    stems = {word.removesuffix("s") for word in words}
    scored = [(len(stems & _stems(name)), number) for number, name in _NAMES.items() if _leaf(number)]
    hits, best = max(scored, key=lambda pair: (pair[0], -pair[1]))
    if not hits:
        raise failed("B_CATEGORY_PREDICT_FAIL", "no category can be predicted")
    path = "/".join(_NAMES[number] for number in _path(best))
    return done(data={"category_id": best, "category_name": _NAMES[best], "category_path": path})


def _stems(name: str) -> set[str]:
    return {word.removesuffix("s") for word in name.lower().split()}


def categories(state: SandboxState, call: Arguments) -> Payload:
    """The children of a category; of the root where none is named."""
    parent = call.whole("parent_category_id", 0)
    if parent and parent not in _NAMES:
        raise failed("BUSINESS_CATEGORY_NOT_EXIST", "the category does not exist")
    found = [number for number, above in _PARENTS.items() if above == parent]
    return done(data=[_node(number) for number in found])


def _node(number: int) -> Payload:
    return {
        "category_id": number,
        "category_name": _NAMES[number],
        "leaf_category": "true" if _leaf(number) else "false",
        "level": len(_path(number)),
    }


def _leaf(number: int) -> bool:
    return number not in _PARENTS.values()


def attributes(state: SandboxState, call: Arguments) -> Payload:
    """What a category asks for, and what tells its variants apart."""
    if call.whole("category_id", 0) not in _NAMES:
        raise failed("BUSINESS_CATEGORY_NOT_EXIST", "the category does not exist")
    asked = [
        _attribute(1, "Material", ("Stainless Steel", "Glass", "Ceramic", "Wood", "Plastic"), required=True),
        _attribute(2, "Place of Origin", ("Zhejiang, China", "Guangdong, China"), required=True),
        _attribute(3, "Brand Name", (), custom=True),
        _attribute(4, "Feature", ("Sustainable", "Stocked"), custom=True, several=True),
    ]
    sales = [
        _attribute(11, "Color", ("Black", "White", "Red", "Blue"), custom=True),
        _attribute(12, "Size", (), custom=True),
    ]
    return done(data={"category_attributes": asked, "sale_attributes": sales})


def _attribute(
    number: int,
    name: str,
    values: tuple[str, ...],
    *,
    required: bool = False,
    custom: bool = False,
    several: bool = False,
) -> Payload:
    listed = [
        {"attribute_value_id": number * 100 + place, "attribute_value_name": value}
        for place, value in enumerate(values)
    ]
    return {
        "attribute_id": number,
        "attribute_name": name,
        "required": required,
        "support_custom_value": custom,
        "support_multi_value": several,
        "attribute_value_list": listed,
    }


def upload(state: SandboxState, call: Arguments) -> Payload:
    """Put a picture, sent as the file ``image_bytes``, into the picture bank."""
    name, content = call.required("file_name"), call.files.get("image_bytes", b"")
    if not content:
        raise invalid("image_bytes")
    if len(content) > _IMAGE_LARGEST:
        raise Failed(
            {"success": False, "msg_code": "SIZE_TOO_LARGE", "message": "the image is larger than 5 MB"}
        )
    number, address = state.shelf.add_image(name, content)
    return {"upload_image_response": {"file_name": name, "photobank_url": address, "file_id": number}}


def templates(state: SandboxState, call: Arguments) -> Payload:
    """The account's shipping templates."""
    return done(template_info_list=[{"template_id": code, "template_name": name} for code, name in TEMPLATES])


def encrypt(state: SandboxState, call: Arguments) -> Payload:
    """The hidden form of a product id."""
    call.required("language")
    return {"secret_id": state.shelf.obfuscate(call.whole("product_id", 0))}


def decrypt(state: SandboxState, call: Arguments) -> Payload:
    """The plain form of a product id."""
    call.required("language")
    found = state.shelf.reveal(call.required("product_id"))
    if found is None:
        raise invalid("product_id")
    return {"id": found}
