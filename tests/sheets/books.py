"""Workbooks put together by hand, so that they can hold what no program writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="yyyy/m/d\\ h:mm"/>'
    '<numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/>'
    '<xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="49"/></cellXfs>'
)
"""Cell styles: 0 general, 1 date, 2 date and time, 3 time, 4 hours beyond 24, 5 percent, 6 text."""


def sheet_xml(rows: str, *, after: str = "") -> str:
    """A worksheet with the <row> elements *rows*."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def grid(*rows: tuple[str, ...]) -> str:
    """<row> elements of inline text."""
    lines = ("".join(map(inline, row)) for row in rows)
    return "".join(f'<row r="{number}">{cells}</row>' for number, cells in enumerate(lines, 1))


def inline(text: str) -> str:
    """A <c> element of inline text at the next place."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(
    rows: str = "",
    *,
    after: str = "",
    strings: str = "",
    sheets: Mapping[str, str] | None = None,
    hidden: tuple[str, ...] = (),
    from_1904: bool = False,
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A workbook whose sheet (or *sheets*, name to rows) holds the XML; *extra* parts replace its own."""
    content = dict(sheets or {"Sheet1": rows})
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": _links(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": _links(
            *((f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(content) + 1)),
            ("styles", "styles", "styles.xml"),
            ("strings", "sharedStrings", "/xl/sharedStrings.xml"),
        ),
        "xl/workbook.xml": _book(content, hidden, from_1904),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    for number, xml in enumerate(content.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(xml, after=after)
    return packed(parts | dict(extra or {}))


def packed(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the *parts*."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def _links(*links: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="{link}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for link, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _book(content: Mapping[str, str], hidden: tuple[str, ...], from_1904: bool) -> str:
    states = dict.fromkeys(hidden, ' state="hidden"')
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="s{number}"{states.get(name, "")}/>'
        for number, name in enumerate(content, 1)
    )
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="{int(from_1904)}"/>'
        f"<sheets>{sheets}</sheets></workbook>"
    )
