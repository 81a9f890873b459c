"""A letter of credit from the text of its SWIFT message MT700, with its continuations MT701.

Reads the message as the bank's system sends it ({1:…}{2:…}{4: … -}, tags ":45A:"), as banks print it
("45A Description of Goods:", "DOC. CREDIT NUMBER *20 :") and as it arrives in an e-mail or out of a PDF.
Nothing raises: what cannot be read is reported beside what can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from factory_erp.checking.credit import Credit
from factory_erp.checking.mt700_values import (
    READERS,
    Unreadable,
    swift_amount,
    swift_clauses,
    swift_date,
    swift_firm,
    swift_permission,
)
from factory_erp.i18n import N_, _, pgettext

FIELD_NAMES: dict[str, str] = {
    "20": N_("Documentary credit number"),
    "40A": N_("Form of documentary credit"),
    "40E": N_("Applicable rules"),
    "31C": N_("Date of issue"),
    "31D": N_("Date and place of expiry"),
    "52": N_("Issuing bank"),
    "50": N_("Applicant"),
    "59": N_("Beneficiary"),
    "32B": N_("Currency and amount"),
    "39A": N_("Percentage credit amount tolerance"),
    "39B": N_("Maximum credit amount"),
    "39C": N_("Additional amounts covered"),
    "41": N_("Available with … by …"),
    "42C": N_("Drafts at …"),
    "42": N_("Drawee"),
    "43P": N_("Partial shipments"),
    "43T": N_("Transshipment"),
    "44A": N_("Place of taking in charge or of receipt"),
    "44E": N_("Port of loading"),
    "44F": N_("Port of discharge"),
    "44B": N_("Place of final destination or of delivery"),
    "44C": N_("Latest date of shipment"),
    "44D": N_("Shipment period"),
    "45A": N_("Description of goods"),
    "46A": N_("Documents required"),
    "47A": N_("Additional conditions"),
    "71D": N_("Charges"),
    "48": N_("Period for presentation in days"),
    "49": N_("Confirmation instructions"),
    "57": N_("Advising bank"),
}
"""Tags that a form shows, in the order of the message, with their names; say them with ``field_name``."""


def field_name(tag: str) -> str:
    """What a tag is called in the user's language, its letter aside ("57D": advising bank); else ""."""
    number = tag[:2]
    if number == "59":  # of the credit: whoever receives a payment is called by another word in Chinese
        return pgettext("letter of credit", "Beneficiary")
    name = FIELD_NAMES.get(tag) or FIELD_NAMES.get(number) or FIELD_NAMES.get(f"{number}A", "")
    return _(name) if name else ""


NEEDED = ("20", "31D", "50", "59", "32B")
"""Tags without which no credit can be worked with."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the message: tag as written ("41D") and its text, or as a form shows it."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A field that could not be read, and why, in the active language."""

    tag: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A message that was read: the credit, what of it could not be read, and all its fields as written."""

    credit: Credit
    unread: tuple[Unread, ...]
    fields: tuple[Field, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The tags of NEEDED that the message does not have."""
        present = {_family(field.tag) for field in self.fields}
        return tuple(tag for tag in NEEDED if tag not in present)


_ONLY_KEPT = "21 23 26E 27 30 49G 49H 51A 51D 53A 53D 58A 58D 71N 72 72Z 77 78 79"
_OPTIONS = ("41A", "41D", "42A", "42D", "52A", "52D", "57A", "57B", "57D")
_CONTINUED = ("45", "46", "47")
_CONTINUATIONS = tuple(f"{number}{letter}" for number in _CONTINUED for letter in "BCDEF")
_OLD_TAGS = {"71B": "71D"}
_TAGS = frozenset((*READERS, *_ONLY_KEPT.split(), *_OPTIONS, *_CONTINUATIONS, *_OLD_TAGS)) - {
    "41",
    "42",
    "52",
    "57",
}

_AT_START = re.compile(
    r"^\s*[*\[]?(?P<colon>:)?\s*(?:F(?:IELD|LD)?\s*)?(?P<tag>[0-9]{2} ?[A-Z]?)\]?"
    r"\s?(?P<end>:|$)(?P<rest>.*)$",
    re.I,
)
_LABEL_AFTER = re.compile(
    r"^\s*[*\[]?:?(?:F(?:IELD)?\s*)?(?P<tag>[0-9]{2}[A-Z]?)\]?[\s:.-]+(?P<label>[A-Z][^:]{2,70}?)\s*(?::(?P<rest>.*)|$)",
    re.I,
)
_LABEL_BEFORE = re.compile(
    r"^\s*(?P<label>[A-Z][A-Z./()&'% -]{2,50}?)\s*[*(]?\s*(?P<tag>[0-9]{2} ?[A-Z]?)\)?\s*:(?P<rest>.*)$"
)
_LABEL_IN_LINE = re.compile(r"^\s*[*\[]?:?(?P<tag>[0-9]{2}[A-Z]?)\]?[\s:.-]+(?P<text>[A-Z].*)$", re.I)
_LABEL_WORDS: dict[str, str] = {
    "20": "DOCUMENTARY DOC CREDIT NUMBER NO LC",
    "21": "REFERENCE",
    "23": "REFERENCE TO PRE ADVICE",
    "27": "SEQUENCE OF TOTAL",
    "31C": "DATE OF ISSUE",
    "31D": "DATE AND PLACE OF EXPIRY",
    "32B": "CURRENCY CODE AMOUNT",
    "39A": "PERCENTAGE CREDIT AMOUNT TOLERANCE AMT TOL POS NEG",
    "39B": "MAXIMUM CREDIT AMOUNT",
    "39C": "ADDITIONAL AMOUNTS COVERED",
    "40A": "FORM OF DOCUMENTARY DOC CREDIT",
    "40E": "APPLICABLE RULES",
    "41": "AVAILABLE WITH BY NAME ADDRESS BIC FI",
    "42": "DRAWEE NAME ADDRESS BIC FI PARTY IDENTIFIER",
    "42C": "DRAFTS AT",
    "42M": "MIXED PAYMENT DETAILS",
    "42P": "DEFERRED PAYMENT NEGOTIATION DETAILS",
    "43P": "PARTIAL SHIPMENTS SHIPMENT",
    "43T": "TRANSHIPMENT TRANSSHIPMENT",
    "44A": "PLACE OF TAKING IN CHARGE DISPATCH FROM RECEIPT LOADING ON BOARD PL TAK CHRG PLACEOF",
    "44B": "PLACE OF FINAL DESTINATION FOR TRANSPORTATION TO DELIVERY FIN DEST",
    "44C": "LATEST DATE OF SHIPMENT",
    "44D": "SHIPMENT PERIOD",
    "44E": "PORT OF LOADING AIRPORT DEPARTURE",
    "44F": "PORT OF DISCHARGE AIRPORT DESTINATION",
    "45A": "DESCRIPTION OF GOODS AND OR SERVICES DESCRIPT SHIPMENT DESCRIPTN",
    "46A": "DOCUMENTS REQUIRED",
    "47A": "ADDITIONAL CONDITIONS COND",
    "48": "PERIOD FOR PRESENTATION IN DAYS OF",
    "49": "CONFIRMATION INSTRUCTIONS INSTRUCTION",
    "49G": "SPECIAL PAYMENT CONDITIONS FOR BENEFICIARY",
    "49H": "SPECIAL PAYMENT CONDITIONS FOR BANK ONLY RECEIVING",
    "50": "APPLICANT",
    "51A": "APPLICANT BANK NAME ADDRESS BIC FI",
    "52": "ISSUING BANK NAME ADDRESS BIC FI",
    "53A": "REIMBURSING BANK NAME ADDRESS BIC FI",
    "57": "ADVISE THROUGH THRU BANK NAME ADDRESS BIC FI SECOND ADVISING",
    "58A": "REQUESTED CONFIRMATION PARTY NAME ADDRESS BIC FI",
    "59": "BENEFICIARY NAME ADDRESS",
    "71D": "CHARGES DETAILS OF",
    "72Z": "SENDER TO RECEIVER INFORMATION",
    "78": "INSTRUCTIONS TO THE PAYING ACCEPTING NEGOTIATING BANK INSTR PAY ACC NEG",
}
_BLOCK_4 = re.compile(r"\{4:\s*")
_HEADERS = re.compile(r"\{[1235]:(?:[^{}]|\{[^{}]*\})*\}")
_CLOSING = re.compile(r"^\s*-\}?\s*$", re.MULTILINE)
_OUTPUT_SENDER = re.compile(r"\{2:O7[0-9]{2}[0-9]{10}([A-Z0-9]{12})")
_RECEIVER = re.compile(r"\{1:F01([A-Z0-9]{12})")
_INPUT_RECEIVER = re.compile(r"\{2:I7[0-9]{2}([A-Z0-9]{12})")
_PRINTED_BANK = re.compile(r"^\s*(SENDER|RECEIVER|ISSUING BANK|ADVISING BANK)\s*:\s*(\S.*?)\s*$", re.I | re.M)
_FURNITURE = re.compile(r"^\s*(?:PAGE\s+[0-9]+(?:\s*(?:OF|/)\s*[0-9]+)?|[-=_*]{5,}|-\}?)\s*$", re.IGNORECASE)
_SPACES = str.maketrans(
    {"\u00a0": " ", "\u3000": " ", "\t": " ", "：": ":", "\ufeff": "", "\u200b": "", "\x00": ""}
)
_LONGEST = 100_000


def parse(text: str) -> Reading:
    """The credit in *text*; every part of an MT701 may follow in the same text. Never raises."""
    plain = _plain(text[:_LONGEST])
    fields = tuple(_fields(_body(plain)))
    credit, unread = _read(Credit(raw=text), fields)
    if not fields:
        unread = [
            Unread(
                "", text[:200].strip(), _("No field of a letter of credit was found, such as :20: or :45A:.")
            )
        ]
    return Reading(_with_banks(credit, plain), tuple(unread), fields)


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.translate(_SPACES).splitlines())


def _body(plain: str) -> str:
    """The text without headers and trailers of the SWIFT blocks; each part of a message of several."""
    return _BLOCK_4.sub("\n", _HEADERS.sub("\n", plain)).replace("-}", "\n-}\n")


def _fields(body: str) -> Iterator[Field]:
    tag, lines = "", list[str]()
    for line in body.splitlines():
        start = _start_of_field(line)
        if start:
            yield from _field(tag, lines)
            tag, first = start
            lines = [first] if first else []
        elif _CLOSING.match(line):
            yield from _field(tag, lines)
            tag, lines = "", []
        elif tag and not _FURNITURE.match(line):
            lines.append(line.strip())
    yield from _field(tag, lines)


def _field(tag: str, lines: list[str]) -> Iterator[Field]:
    if tag:
        yield Field(tag, _without_label(tag, "\n".join(lines).strip()))


def _start_of_field(line: str) -> tuple[str, str] | None:
    """Tag and first words of a field that begins in *line*; None for a line of the field before it."""
    hit = _AT_START.match(line)
    if (
        hit
        and _tag(hit["tag"]) in _TAGS
        and (hit["colon"] or hit["end"] == ":" or len(_tag(hit["tag"])) == 3)
    ):
        return _tag(hit["tag"]), hit["rest"].strip()
    for pattern in (_LABEL_AFTER, _LABEL_BEFORE):
        hit = pattern.match(line)
        if hit and _tag(hit["tag"]) in _TAGS and _is_label(_tag(hit["tag"]), hit["label"]):
            return _tag(hit["tag"]), (hit["rest"] or "").strip()
    hit = _LABEL_IN_LINE.match(line)
    value = _behind_label(_tag(hit["tag"]), hit["text"]) if hit and _tag(hit["tag"]) in _TAGS else ""
    return (_tag(hit["tag"]), value) if hit and value else None


def _behind_label(tag: str, text: str) -> str:
    """What follows the field's printed name in *text*, with no colon between; empty if it is not the name."""
    known = _LABEL_WORDS.get(_family(tag), _LABEL_WORDS.get(tag, "")).split()
    end = 0
    for word in re.finditer(r"[A-Z]+", text.upper()):
        if not any(name == word[0] or (len(word[0]) > 2 and name.startswith(word[0])) for name in known):
            break
        if not end and not known[0].startswith(word[0]):
            return ""
        end = word.end()
    return text[end:].strip(" .,:;/&()-") if end else ""


def _tag(text: str) -> str:
    return text.replace(" ", "").upper()


def _is_label(tag: str, text: str) -> bool:
    """Whether *text* is a field's printed name: no other words than those of its names."""
    known = _LABEL_WORDS.get(_family(tag), _LABEL_WORDS.get(tag, "")).split()
    words = re.findall(r"[A-Z]+", text.upper())
    return bool(words) and all(any(name.startswith(word) for name in known) for word in words)


def _without_label(tag: str, text: str) -> str:
    """The field's text without its printed name, which stands in the first line, alone or before a colon."""
    first, _break, rest = text.partition("\n")
    head, colon, tail = first.partition(":")
    if colon and _is_label(tag, head):
        return "\n".join(part for part in (tail.strip(), rest) if part)
    return rest if rest.strip() and _is_label(tag, first) else text


def _family(tag: str) -> str:
    """The key of READERS: 45B is more of 45A, 41D another way to write 41."""
    tag = _OLD_TAGS.get(tag, tag)
    if tag[:2] in _CONTINUED:
        return f"{tag[:2]}A"
    return tag if tag in READERS else tag[:2] if tag in _OPTIONS else tag


def _read(credit: Credit, fields: Iterable[Field]) -> tuple[Credit, list[Unread]]:
    unread: list[Unread] = []
    seen: dict[str, str] = {}
    for field in fields:
        family = _family(field.tag)
        reader = READERS.get(family)
        if reader is None or not field.text:
            continue
        if seen.get(field.tag) not in (None, field.text) and family[:2] not in _CONTINUED:
            unread.append(Unread(field.tag, field.text, _("The field stands twice with different texts.")))
        elif seen.get(field.tag) != field.text:
            credit = _take(credit, field, unread)
        seen.setdefault(field.tag, field.text)
    return credit, unread


def _take(credit: Credit, field: Field, unread: list[Unread]) -> Credit:
    try:
        return READERS[_family(field.tag)](credit, field.text)
    except Unreadable as error:
        unread.append(Unread(field.tag, field.text, _("Expected {what}.", what=error)))
        return credit


def _with_banks(credit: Credit, plain: str) -> Credit:
    """Issuing and advising bank from the message's head, where no field names them."""
    printed = {label.upper(): name for label, name in _PRINTED_BANK.findall(plain)}
    sender = _OUTPUT_SENDER.search(plain)
    receiver = (_RECEIVER if sender else _INPUT_RECEIVER).search(plain)
    issuing = credit.issuing_bank or printed.get("ISSUING BANK") or printed.get("SENDER") or _bic(sender)
    advising = (
        credit.advising_bank or printed.get("ADVISING BANK") or printed.get("RECEIVER") or _bic(receiver)
    )
    return replace(credit, issuing_bank=issuing, advising_bank=advising)


def _bic(hit: re.Match[str] | None) -> str:
    """The BIC of a twelve-character address: its ninth names the terminal; XXX is the head office."""
    if hit is None:
        return ""
    bic = hit[1][:8] + hit[1][9:]
    return bic.removesuffix("XXX")


def to_fields(credit: Credit) -> tuple[Field, ...]:
    """The credit as the fields of a message, every one of FIELD_NAMES, empty ones too, for a form to show."""
    texts = _texts(credit)
    return tuple(Field(tag, texts[tag]) for tag in FIELD_NAMES)


def compose(credit: Credit) -> str:
    """The credit as the text of a message that ``parse`` reads back; fields that say nothing are left out."""
    return "\n".join(f":{_written(field.tag)}:{field.text}" for field in to_fields(credit) if field.text)


def _written(tag: str) -> str:
    return f"{tag}D" if tag in ("41", "42", "52", "57") else tag


def _texts(credit: Credit) -> dict[str, str]:
    tolerance = f"{_percent(credit.tolerance_plus)}/{_percent(credit.tolerance_minus)}"
    by = f"BY {credit.available_by}" if credit.available_by else ""
    days = "" if credit.presentation_days is None else str(credit.presentation_days)
    return {
        "20": credit.number,
        "40A": credit.form,
        "40E": credit.rules,
        "31C": swift_date(credit.issued_on),
        "31D": f"{swift_date(credit.expires_on)}{credit.expiry_place}",
        "52": credit.issuing_bank,
        "50": swift_firm(credit.applicant),
        "59": swift_firm(credit.beneficiary),
        "32B": "" if credit.amount is None else swift_amount(credit.amount, credit.currency),
        "39A": tolerance if credit.tolerance_plus or credit.tolerance_minus else "",
        "39B": credit.max_amount_words,
        "39C": credit.additional_amounts,
        "41": "\n".join(part for part in (credit.available_with, by) if part),
        "42C": credit.drafts_at,
        "42": credit.drawee,
        "43P": swift_permission(credit.partial_shipments),
        "43T": swift_permission(credit.transshipment),
        "44A": credit.place_of_receipt,
        "44E": credit.port_of_loading,
        "44F": credit.port_of_discharge,
        "44B": credit.place_of_delivery,
        "44C": swift_date(credit.latest_shipment),
        "44D": credit.shipment_period,
        "45A": credit.goods,
        "46A": swift_clauses(credit.documents),
        "47A": swift_clauses(credit.conditions),
        "71D": credit.charges,
        "48": "/".join(part for part in (days, credit.presentation_text) if part),
        "49": credit.confirmation,
        "57": credit.advising_bank,
    }


def _percent(value: object) -> str:
    text = str(value)
    return text.rjust(2, "0") if text.isdigit() else text.replace(".", ",")
