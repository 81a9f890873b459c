"""Documents for the twins, and the texts that try to break them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from factory_erp.documents.facts import ContainerFacts, Texts, texts
from factory_erp.documents.snapshot import DocumentSnapshot
from tests.documents.reading import HOSTILE
from tests.documents.samples import CONSIGNEE, snapshot


def full(**changes: Any) -> DocumentSnapshot:
    """An invoice with everything an electronic one can say."""
    document = snapshot(count=6, language="bilingual", **changes)
    containers = (
        ContainerFacts("CSQU3054383", "SL1", "40HQ", 3_900_000, 30_480_000, 135, 1_925_550, 7_903_000_000),
    )
    lines = tuple(
        replace(line, brand="Haiyue", material=texts({"en": "Steel 304"})) for line in document.facts.lines
    )
    return replace(document, facts=replace(document.facts, containers=containers, lines=lines))


def hostile(document: DocumentSnapshot) -> DocumentSnapshot:
    """*document* with a hostile text in every field that is free text."""
    evil: Texts = texts({"en": HOSTILE, "zh_CN": HOSTILE})
    facts = document.facts
    party = replace(
        CONSIGNEE, name=HOSTILE, name_local=HOSTILE, address_lines=(HOSTILE,) * 5, contact=HOSTILE,
        phone=HOSTILE, email=HOSTILE, tax_id=HOSTILE,
    )  # fmt: skip
    lines = tuple(
        replace(
            line, item_number=HOSTILE, customer_item_number=HOSTILE, description=evil, customer_po=HOSTILE,
            order_number=HOSTILE, hs_code=HOSTILE, brand=HOSTILE, material=evil,
        )
        for line in facts.lines
    )  # fmt: skip
    return replace(
        document,
        number=HOSTILE,
        facts=replace(
            facts, company=replace(party, country="CN"), consignee=party, buyer=party, notify=party,
            lines=lines, charges=tuple(replace(charge, label=evil) for charge in facts.charges),
            cartons=tuple(replace(c, item_number=HOSTILE, description=evil) for c in facts.cartons),
            marks=(HOSTILE,), vessel_voyage=HOSTILE, forwarder=HOSTILE, contract_number=HOSTILE,
            container_numbers=(HOSTILE,), payment_terms=evil, lc_number="", remarks=evil,
        ),
    )  # fmt: skip
