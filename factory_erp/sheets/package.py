"""The package around a worksheet: the small parts of an .xlsx file that are alike in all of them.

ECMA-376: part 2 for the package, part 1 for the workbook. The same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipInfo

from factory_erp.sheets.xstring import to_xml

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PACKED_AT = (1980, 1, 1, 0, 0, 0)


def entry(name: str) -> ZipInfo:
    """A member of the archive, packed, always of the same day."""
    member = ZipInfo(name, date_time=_PACKED_AT)
    member.compress_type = ZIP_DEFLATED
    return member


def frame(title: str, styles: str, names: str = "") -> Iterator[tuple[str, str]]:
    """Name and content of the parts around the one sheet; *names* are definedName elements."""
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    )
    yield "_rels/.rels", _links(("officeDocument", "xl/workbook.xml"))
    defined = f"<definedNames>{names}</definedNames>" if names else ""
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoted(sheet_name(title))} sheetId="1" r:id="rId1"/></sheets>{defined}</workbook>',
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _links(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
    )
    yield "xl/styles.xml", styles


def font_of(language: str) -> str:
    """A font that has the characters of *language* in every Excel."""
    return "Microsoft YaHei" if language.startswith("zh") else "Calibri"


def text_cell(place: str, text: str, style: int) -> str:
    """A cell that holds *text* and can never be a formula, whatever it begins with."""
    edges = text[0] + text[-1]
    space = ' xml:space="preserve"' if edges.strip() != edges else ""
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{to_xml(text)}</t></is></c>'


def quoted(text: str) -> str:
    """*text* as the value of an XML attribute."""
    inner = to_xml(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
    return f'"{inner}"'


def sheet_name(title: str) -> str:
    """*title* as Excel allows it on a tab: up to 31 characters, none of : \\ / ? * [ ], no ' at its ends."""
    allowed = "".join(" " if one in ":\\/?*[]" or ord(one) < 32 else one for one in title)
    while len(allowed.encode("utf-16-le", "replace")) > 62:
        allowed = allowed[:-1]
    return allowed.strip(" '") or "Sheet1"


def _links(*targets: tuple[str, str]) -> str:
    links = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(links)}</Relationships>'
