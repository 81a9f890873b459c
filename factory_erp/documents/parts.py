"""The parts that export documents share: parties, references, transport, running head, foot, signature."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from factory_erp.documents.facts import Party, ShipmentFacts
from factory_erp.documents.layout import (
    BODY,
    LABEL,
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Flow,
    Line,
    Para,
    Spill,
    Stack,
    draw_lines,
    lines_height,
    set_lines,
    shortened,
    side_by_side,
    stacked,
)
from factory_erp.documents.page import A4, INK, MM, MUTED, STRONG, Page, write_pdf
from factory_erp.documents.pictures import NO_PICTURES, Picture, Pictures, picture
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording, figure, places
from factory_erp.documents.typeset import clean, one_line, text_width

GAP = 2 * MM

PARTY_SIZE, PARTY_WIDTH = 7, 87 * MM
"""Of a party's address; the narrowest box that a party has, in points."""

CHOP_SIDE = 26 * MM
SIGNATURE_HEIGHT = 30 * MM
SIGNATURE_FOOT, SIGNATURE_PICTURE, SIGNED_BY_HAND = 5.2 * MM, 14 * MM, 9 * MM
"""Below the line that is signed on; above it, for the picture of a signature or for a pen."""

SIGNING_LINES = 6

NO_NUMBER = "—"


class Draft:
    """A document while it is being drawn: what it says, its words, and the flow that takes its blocks."""

    def __init__(
        self,
        snapshot: DocumentSnapshot,
        size: tuple[float, float] = A4,
        pictures: Pictures = NO_PICTURES,
    ) -> None:
        self.snapshot = snapshot
        self.options = snapshot.options
        self._pictures = pictures
        self.facts: ShipmentFacts = snapshot.facts
        self.words = Wording(snapshot.language)
        self.spill = Spill()
        self.draft_mark = "" if snapshot.number else self.words.label("draft_mark")
        self.flow = Flow(size, self._running_head, mirrored=self.words.right_to_left)

    @property
    def title(self) -> str:
        """The title in the languages of the document."""
        return self.words.label(self.snapshot.kind)

    @property
    def number(self) -> str:
        """The number, with its revision from the second issue on; a draft says that it is one."""
        if self.draft_mark:
            return f"{NO_NUMBER} {self.draft_mark}"
        revision = self.snapshot.revision
        return self.snapshot.number + (f"  {self.words.label('revision')} {revision}" if revision > 1 else "")

    def field(self, key: str, *texts: str, share: float = 1, bold: bool = False, limit: int = 9) -> Field:
        """A labelled box with plain texts."""
        paras = tuple(Para(text, BODY, bold) for text in texts if text)
        return Field(self.words.label(key), paras, share, limit, key)

    def shows(self, key: str) -> bool:
        """Whether the customer wants the box or column *key*."""
        return key not in self.options.hidden

    def picture(self, name: str) -> Picture | None:
        """The picture that the options name by its hash, if it is at hand and can be drawn."""
        return picture(name, self._pictures)

    def stack(self, rows: Iterable[FieldRow], width: float) -> Stack:
        """Rows of boxes; hidden boxes, and rows without boxes, are left out."""
        shown = ([box for box in row if self.shows(box.key)] for row in rows)
        return Stack([row for row in shown if row], width, self.spill)

    def finish(self) -> bytes:
        """Print what was too long for its box, number the pages, and write the PDF."""
        for label, lines in self.spill.parts:
            self.flow.place_lines(f"{label} ({self.words.label('continued')})", lines)
        pages = self.flow.pages
        for index, page in enumerate(pages, 1):
            page.watermark = self.draft_mark
            self._foot(page, index, len(pages))
        title = _property(f"{self.title} {self.snapshot.number or self.number}")
        author = "" if self.options.neutral else _property(self.facts.company.name)
        return write_pdf(pages, self.flow.size, title=title, author=author)

    def _running_head(self, page: Page, y: float) -> float:
        flow, half = self.flow, self.flow.width / 2 - PAD
        left = shortened(self.title, BODY, half, bold=True, ending=f"  {self.number}")
        right = "" if self.options.neutral else shortened(self.facts.company.name, SMALL, half)
        page.text(flow.left, y + 3 * MM, left, BODY, bold=True, colour=STRONG)
        page.text(flow.right, y + 3 * MM, right, SMALL, colour=MUTED, align="right")
        page.rule(flow.left, y + 5 * MM, flow.right, y + 5 * MM, 0.6, STRONG)
        return 8 * MM

    def _foot(self, page: Page, index: int, count: int) -> None:
        flow, y = self.flow, self.flow.bottom + 7 * MM
        page.rule(flow.left, y - 4 * MM, flow.right, y - 4 * MM)
        name = shortened(self.title, SMALL, flow.width * 0.6, ending=f"  {self.number}")
        page.text(flow.left, y, name, SMALL, colour=MUTED)
        numbering = "  ".join(self.words.sentences("page", page=index, pages=count))
        page.text(flow.right, y, numbering, SMALL, colour=MUTED, align="right")


def _property(text: str) -> str:
    """*text* as a property of the file: one line of no more than 120 characters."""
    return " ".join(clean(text).split())[:120]


def party_paras(party: Party, words: Wording, *, large: bool = False) -> tuple[Para, ...]:
    """A party as the lines of its box: names, address, country, contact."""
    names = [party.name, party.name_local]
    if words.language == "zh_CN" and party.name_local:
        names.reverse()
    lead = Para(names[0], 10.5 if large else 8.2, bold=True, colour=STRONG if large else INK)
    second = [Para(names[1], 8.6 if large else BODY)] if names[1] else []
    contact = _labelled(words, attention=party.contact, phone=party.phone)
    more = _labelled(words, email=party.email, tax_id=party.tax_id)
    small = [*_address(party, words), *contact, *more]
    return (lead, *second, *(Para(text, PARTY_SIZE) for text in small if text))


def _address(party: Party, words: Wording) -> list[str]:
    """The address lines; the country follows the last one."""
    *lines, last = party.address_lines or ("",)
    return [*lines, ", ".join(part for part in (last, words.country(party.country)) if part)]


def _labelled(words: Wording, **values: str) -> list[str]:
    """The values that are there, each after its label, on one line if a party's box is wide enough for it."""
    shown = [f"{words.both(key)[0]}: {text}" for key, text in values.items() if text]
    whole = "   ".join(shown)
    fits = text_width(one_line(whole), PARTY_SIZE) <= PARTY_WIDTH
    return ([whole] if fits else shown) if shown else []


def party_field(draft: Draft, key: str, party: Party, *, large: bool = False) -> Field:
    """The box of a party; the one that the paper comes from stands *large*, under the company's logo."""
    logo = draft.picture(draft.options.logo) if large else None
    paras = party_paras(party, draft.words, large=large)
    return Field(draft.words.label(key), paras, max_lines=10, key=key, picture=logo)


def title_field(draft: Draft) -> Field:
    """The title of the document, large."""
    first, *second = draft.words.both(draft.snapshot.kind)
    paras = [
        Para(first, 17, bold=True, colour=STRONG),
        *(Para(text, 12, bold=True, colour=STRONG) for text in second),
    ]
    return Field("", tuple(paras))


def reference_rows(draft: Draft) -> list[FieldRow]:
    """Number, date, contract, orders, letter of credit."""
    facts, words = draft.facts, draft.words
    own = "invoice_no" if draft.snapshot.kind == "commercial_invoice" else "packing_list_no"
    rows: list[FieldRow] = [
        [
            draft.field(own, draft.number, bold=True),
            draft.field("date", words.day(draft.snapshot.issued_on), bold=True),
        ]
    ]
    dated = [
        (facts.contract_number, facts.contract_date, "contract_no"),
        (facts.lc_number, facts.lc_date, "lc_no"),
    ]
    second = [draft.field(key, number, words.day(day) if day else "") for number, day, key in dated if number]
    if draft.snapshot.invoice_number:
        second.append(draft.field("invoice_no", draft.snapshot.invoice_number))
    if facts.order_numbers:
        second.append(draft.field("order_no", ", ".join(facts.order_numbers), limit=3))
    purchase_orders = common_purchase_orders(facts)
    if purchase_orders:
        second.append(draft.field("customer_po", ", ".join(purchase_orders), limit=3))
    return [*rows, *(second[i : i + 2] for i in range(0, len(second), 2))]


def common_purchase_orders(facts: ShipmentFacts) -> list[str]:
    """The buyer's order numbers, each once, in order."""
    return list(dict.fromkeys(line.customer_po for line in facts.lines if line.customer_po))


def country_row(draft: Draft) -> FieldRow:
    """Country of origin and of destination, those that are known."""
    pairs = (("origin", draft.facts.origin_country), ("destination", draft.facts.destination_country))
    return [draft.field(key, draft.words.country(code)) for key, code in pairs if code]


def transport_rows(draft: Draft) -> list[FieldRow]:
    """Ports, vessel, date, containers and forwarder, those that are known."""
    facts, words = draft.facts, draft.words
    known = [
        ("port_of_loading", words.port(facts.port_of_loading)),
        ("port_of_discharge", words.port(facts.port_of_discharge)),
        ("vessel", facts.vessel_voyage),
        ("etd", words.day(facts.etd) if facts.etd else ""),
    ]
    second = [("containers", ", ".join(facts.container_numbers)), ("forwarder", facts.forwarder)]
    return [[draft.field(key, text, limit=5) for key, text in row if text] for row in (known, second)]


def marks_row(draft: Draft) -> FieldRow:
    """Shipping marks, packages, weights and volume."""
    facts, words = draft.facts, draft.words
    paras = tuple(Para(text, 7) for text in facts.marks or ("N/M",))
    marks = Field(words.label("marks"), paras, 1.35, key="marks")
    if not facts.cartons:
        return [marks] if facts.marks else []
    decimals = weight_places([facts.net_g, facts.gross_g])
    return [
        marks,
        draft.field("packages", packages_text(facts.carton_count, words), share=1.25),
        draft.field("net_weight", f"{kilograms(facts.net_g, decimals)} kg"),
        draft.field("gross_weight", f"{kilograms(facts.gross_g, decimals)} kg"),
        draft.field("measurement", f"{cubic_metres(facts.volume_mm3)} m³"),
    ]


def packages_text(cartons: int, words: Wording) -> str:
    """240 cartons / 240 箱."""
    return "  ".join(
        f"{cartons:,} {text}" for text in words.both("carton_word" if cartons == 1 else "cartons_word")
    )


def kilograms(grams: int, decimals: int = 2) -> str:
    """Weight in kilograms with thousands separators."""
    return figure(Decimal(grams) / 1000, decimals)


def weight_places(weights: Iterable[int]) -> int:
    """2 decimals, or 3 where a weight would not be exact with 2: printed weights add up."""
    return places((Decimal(grams) / 1000 for grams in weights), 2)


def cubic_metres(volume_mm3: int) -> str:
    """Volume in cubic metres with 3 decimals, rounded half up."""
    thousandths = (volume_mm3 + 500_000) // 1_000_000
    return figure(Decimal(thousandths) / 1000, 3)


def header(draft: Draft, columns: Sequence[Sequence[FieldRow]], across: Sequence[FieldRow]) -> None:
    """Place the head of page 1: *columns* of boxes side by side, then the rows that go *across* the page."""
    flow = draft.flow
    width = flow.width / len(columns)
    flow.place(side_by_side([draft.stack(column, width) for column in columns], flow.left))
    if any(across):
        flow.place(stacked(draft.stack(across, flow.width), flow.left))
    flow.y += GAP


def party_rows(draft: Draft) -> list[FieldRow]:
    """Exporter (not on a neutral paper), consignee and notify party."""
    facts = draft.facts
    rows: list[FieldRow] = [[party_field(draft, "consignee", facts.consignee)]]
    if not draft.options.neutral:
        rows.insert(0, [party_field(draft, "exporter", facts.company, large=True)])
    return [*rows, [party_field(draft, "notify", facts.notify)]] if facts.notify else rows


def buyer_row(draft: Draft) -> FieldRow:
    """The buyer, where it is not the consignee."""
    buyer = draft.facts.buyer
    return [party_field(draft, "buyer", buyer)] if buyer and buyer != draft.facts.consignee else []


def closing(draft: Draft, rows: Sequence[FieldRow], *, left_share: float = 0.58) -> Block:
    """Declarations at the left, the signature at the right; nobody signs a neutral paper."""
    flow = draft.flow
    neutral = draft.options.neutral
    wide = flow.width if neutral else flow.width * left_share
    left = draft.stack(rows, wide)
    height = left.height if neutral else max(left.height, _signing_height(draft, flow.width - wide))
    sign = None if neutral else _signature(draft, flow.left + wide, flow.width - wide, height)

    def draw(page: Page, y: float) -> None:
        if left.height:
            left.draw(page, flow.left, y, height)
        if sign:
            sign(page, y)

    return Block(height, draw)


def _signing_names(draft: Draft, width: float) -> list[Line]:
    """Who signs, set into a box *width* points wide."""
    company, words = draft.facts.company, draft.words
    names = [Para(company.name, BODY, bold=True), Para(company.name_local, BODY)]
    return set_lines([Para(words.label("for"), LABEL, colour=MUTED), *names], width - 2 * PAD)


def _signing_height(draft: Draft, width: float) -> float:
    """What the box that is signed needs: the pictured signature stands below the names, not on them."""
    names = lines_height(_signing_names(draft, width)[:SIGNING_LINES]) + PAD
    room = SIGNATURE_PICTURE if draft.picture(draft.options.signature) else SIGNED_BY_HAND
    return max(SIGNATURE_HEIGHT, names + room + SIGNATURE_FOOT)


def _signature(draft: Draft, x: float, width: float, height: float) -> Callable[[Page, float], None]:
    """The box that is signed: who signs, the pictures of signature and chop, the name in print."""
    words, inner = draft.words, width - 2 * PAD
    lines = draft.spill.clip(words.label("for"), _signing_names(draft, width), SIGNING_LINES)
    by = draft.options.signed_by
    below = shortened("   ".join(filter(None, [words.label("signature"), by])), LABEL, inner)

    def draw(page: Page, y: float) -> None:
        page.box(x, y, width, height)
        draw_lines(page, lines, x + PAD, y + PAD * 0.75)
        foot = y + height - SIGNATURE_FOOT
        page.rule(x + PAD, foot, x + width - PAD, foot, 0.5, STRONG)
        page.text(x + PAD, foot + 3 * MM, below, LABEL, colour=MUTED)
        draw_signing(draft, page, x + PAD, inner, foot)

    return draw


def draw_signing(draft: Draft, page: Page, x: float, width: float, foot: float) -> None:
    """The signature on the line at *foot*, *width* points long from x, and the chop across its end."""
    signature, chop = draft.picture(draft.options.signature), draft.picture(draft.options.chop)
    if signature:
        signature.draw(page, x, foot - SIGNATURE_PICTURE, width * 0.6, SIGNATURE_PICTURE)
    if chop:
        side = min(CHOP_SIDE, width / 2)
        chop.draw(page, x + width - side, foot + 1.2 * MM - side, side, side)


def remarks_row(draft: Draft) -> FieldRow:
    """The remarks, if there are any."""
    remarks = draft.words.pick(draft.facts.remarks)
    return [draft.field("remarks", *remarks)] if remarks else []


def clauses_row(draft: Draft) -> FieldRow:
    """The sentences that the customer or his bank wants on the paper."""
    clauses = [text for clause in draft.options.clauses for text in draft.words.pick(clause)]
    return [draft.field("clauses", *clauses, limit=14)] if clauses else []


def wanted(draft: Draft, columns: Sequence[Column], kept: Collection[str]) -> list[Column]:
    """The columns that are not hidden or must be *kept*; the description takes the room of the others."""
    shown = [column for column in columns if column.key in kept or draft.shows(column.key)]
    freed = sum(column.width_mm for column in columns) - sum(column.width_mm for column in shown)
    return [
        replace(column, width_mm=column.width_mm + freed) if column.key == "description" else column
        for column in shown
    ]


def tail_height(flow: Flow, blocks: Sequence[Block], least_row: float = 30 * MM) -> float:
    """Height that the last item row must leave: all of *blocks* if a page can hold them, else the first."""
    whole = sum(block.height for block in blocks)
    return whole if whole + least_row <= flow.fresh_room else blocks[0].height
