"""Files that were made to hurt whoever opens them. ``python -m tests.sheets.hostile FILE`` reads one."""

from __future__ import annotations

import io
import json
import random
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from factory_erp.sheets.reading import read_file
from factory_erp.sheets.table import SheetRefused
from tests.sheets.books import MAIN, grid, inline, packed, sheet_xml, workbook

SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
OUTSIDE = '<r><Relationship Id="s1" Type="x/officeDocument" Target="@"/></r>'
HEAD = f'<row r="1">{inline("SKU")}{inline("Note")}</row>'
LINK_OUT = (
    '<r><Relationship Id="s1" Type="x/worksheet" Target="http://127.0.0.1/" TargetMode="External"/></r>'
)
LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def with_sheet(xml: str | bytes, name: str = SHEET) -> bytes:
    """A sound workbook but for one part."""
    return workbook(grid(("SKU",), ("A",)), extra={name: xml})


def streamed(pieces: Iterable[str], before: str, after: str) -> bytes:
    """A workbook whose sheet is written piece by piece, too large to be held."""
    file = io.BytesIO(workbook(extra={SHEET: ""}))
    sound = {
        name: zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist() if name != SHEET
    }
    out = io.BytesIO(packed(sound))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(SHEET, "w") as part:
        for piece in (before, *pieces, after):
            part.write(piece.encode())
    return out.getvalue()


def declared_small(data: bytes, name: str = SHEET) -> bytes:
    """The zip with the size of the part *name* declared as 1,000 bytes, wherever it is."""
    changed = bytearray(data)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            if data[start + name_at :].startswith(name.encode()):
                changed[start + size_at : start + size_at + 4] = struct.pack("<I", 1000)
            start += 4
    return bytes(changed)


def packed_twice(data: bytes, name: str) -> bytes:
    """The zip with a second part of the same *name* but for its case."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name.upper(), "<x/>")
    return out.getvalue()


def encrypted() -> bytes:
    """A zip whose entries say that they need a password."""
    data = bytearray(workbook(grid(("SKU",), ("A",))))
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 8] |= 1
        start += 4
    return bytes(data)


def swollen(size: int) -> bytes:
    """A sheet of spaces that packs a thousand to one."""
    piece = " " * 1_000_000
    return streamed(
        (piece for _ in range(size // len(piece))), sheet_xml("")[:-25], "</sheetData></worksheet>"
    )


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "far cell": (
        lambda: workbook(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "XFD1048576",
    ),
    "far row": (lambda: workbook(HEAD + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "A1048576"),
    "zip bomb by ratio": (lambda: swollen(20_000_000), "unpacks"),
    "zip bomb by size": (lambda: swollen(300_000_000), "unpacks"),
    "zip bomb that lies": (lambda: declared_small(swollen(20_000_000)), "damaged"),
    "zip bomb beside the table": (lambda: with_sheet(b"\0" * 30_000_000, "xl/media/image1.png"), "unpacks"),
    "25,000 entries": (
        lambda: packed({f"{n}": "" for n in range(25_000)} | {"xl/workbook.xml": ""}),
        "unpacks",
    ),
    "zip in zip": (
        lambda: packed({"inner.xlsx": packed({"inner.xlsx": packed({"x": "y"})})}),
        "not a workbook",
    ),
    "billion laughs": (
        lambda: with_sheet(f"<!DOCTYPE x [{LOL}]>{sheet_xml(grid(('&l9;',), ('&l9;',)))}"),
        "document type",
    ),
    "external entity": (
        lambda: with_sheet(
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{sheet_xml(grid(("A",), ("&e;",)))}'
        ),
        "document type",
    ),
    "document type in shared strings": (
        lambda: with_sheet(
            f'<!DOCTYPE sst SYSTEM "http://127.0.0.1/x"><sst xmlns="{MAIN}"/>', "xl/sharedStrings.xml"
        ),
        "document type",
    ),
    "document type in a part nobody reads": (
        lambda: with_sheet(
            "<?xml version='1.0'?><!-- --><!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "docProps/app.xml"
        ),
        "document type",
    ),
    "document type in UTF-16": (
        lambda: with_sheet(
            ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []>' + sheet_xml("")).encode("utf-16")
        ),
        "document type",
    ),
    "undefined entity": (lambda: with_sheet(sheet_xml(grid(("A",), ("&e;",)))), "damaged"),
    "abyss of elements": (lambda: with_sheet("<a>" * 300_000), "unpacks"),
    "endless tag": (lambda: streamed(_noise(8_000_000), '<worksheet x="', '"/>'), "unpacks"),
    "endless comment before the table": (
        lambda: streamed(_noise(8_000_000), "<!--", "--><worksheet/>"),
        "unpacks",
    ),
    "encrypted zip": (encrypted, "password"),
    "encrypted workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, r"\.xls\).*save it as"),
    "zip cut off": (lambda: workbook(grid(("SKU",), ("A",)))[:-40], "damaged"),
    "sheet cut off": (lambda: with_sheet(sheet_xml(grid(("SKU",), ("A",)))[:-40]), "damaged"),
    "rows in the wrong order": (lambda: workbook(HEAD + '<row r="1"><c><v>1</v></c></row>'), "damaged"),
    "shared string that is not there": (
        lambda: workbook('<row r="1"><c t="s"><v>-1</v></c></row>'),
        "damaged",
    ),
    "style that is not there": (lambda: workbook('<row r="1"><c s="99"><v>1</v></c></row>'), "damaged"),
    "sheet without its part": (
        lambda: with_sheet(f'<workbook xmlns="{MAIN}"><sheets><sheet name="x"/></sheets></workbook>', BOOK),
        "empty",
    ),
    "parts by the thousand of one sheet": (
        lambda: with_sheet("<workbook>" + '<sheet name="x"/>' * 2000 + "</workbook>", BOOK),
        "unpacks",
    ),
    "cell of an unknown kind": (lambda: workbook('<row r="1"><c t="x"><v>1</v></c></row>'), "damaged"),
    "cell at no place": (lambda: workbook('<row r="1"><c r="1A"><v>1</v></c></row>'), "damaged"),
    "row beyond Excel": (lambda: workbook('<row r="1048577"><c><v>1</v></c></row>'), "damaged"),
    "styles without end": (
        lambda: with_sheet(f"<s><cellXfs>{'<xf/>' * 100_001}</cellXfs></s>", STYLES),
        "unpacks",
    ),
    "sheet that is a link outside": (
        lambda: workbook(extra={"xl/_rels/workbook.xml.rels": LINK_OUT}),
        "empty",
    ),
    "two parts of one name": (lambda: packed_twice(workbook(HEAD), SHEET), "damaged"),
    "packing that no workbook uses": (
        lambda: packed({"xl/workbook.xml": "<x/>"}, zipfile.ZIP_LZMA),
        "damaged",
    ),
    "binary workbook": (
        lambda: workbook(
            extra={"_rels/.rels": OUTSIDE.replace("@", "xl/workbook.bin"), "xl/workbook.bin": b"\0"}
        ),
        "xlsb",
    ),
    "package without workbook": (lambda: packed({"[Content_Types].xml": "<Types/>"}), "damaged"),
    "OpenDocument": (
        lambda: packed({"mimetype": "application/vnd.oasis", "content.xml": "<x/>"}),
        "OpenDocument",
    ),
    "PDF": (lambda: b"%PDF-1.7\n", "PDF"),
    "web page called .xls": (lambda: b"\xef\xbb\xbf <html><table><tr><td>SKU</td></tr></table>", "web page"),
    "nothing": (lambda: b"", "empty"),
    "zeros": (lambda: b"\0" * 1000, "empty"),
    "noise": (lambda: bytes(range(256)) * 50, "cannot be read"),
    "open quotation mark over megabytes": (lambda: b'a,b\n1,"' + b"x,\n" * 5_000_000, "quotation mark"),
    "line of megabytes": (lambda: b"a,b\n" + "😀".encode() * 9_000_000, "Row 2 is longer"),
    "columns without end": (lambda: b",".join([b"a"] * 3_000_000) + b"\nb\n", "columns"),
    "rows without end": (lambda: b"a\n" + b"b\n" * 300_000, "A250002"),
}
"""Files that are refused as a whole, and what the refusal says."""


def _noise(length: int) -> Iterable[str]:
    """Letters that pack badly, so that no ratio gives them away."""
    source = random.Random(5)
    return ["".join(source.choices("abcdefghijklmnop", k=length))]


def main() -> None:
    """Read the file named on the command line; seconds, peak MB and the answer as JSON."""
    start = time.monotonic()
    try:
        sheet = read_file(Path(sys.argv[1]))
        answer = f"{len(sheet.rows)} rows, {len(sheet.problems)} problems"
    except SheetRefused as refused:
        answer = str(refused)
    print(json.dumps({"seconds": time.monotonic() - start, "peak": _peak(), "answer": answer}))


def _peak() -> int:
    """Most megabytes that this process has held.

    getrusage counts those of the process that started it too, which may be a test run of any size.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) // 1024
    import resource  # which Windows does not have

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // 1024 ** (2 if sys.platform == "darwin" else 1)


if __name__ == "__main__":
    main()
