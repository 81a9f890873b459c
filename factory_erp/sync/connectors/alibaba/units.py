"""The platform's words for units and the UN/ECE Rec 20 codes, both ways, in one table."""

from __future__ import annotations

_UNITS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("H87", ("Piece", "Pieces", "pc", "pcs")),
    ("C62", ("Unit", "Units")),
    ("SET", ("Set", "Sets")),
    ("PR", ("Pair", "Pairs")),
    ("DZN", ("Dozen", "Dozens")),
    ("GRO", ("Gross",)),
    ("XRO", ("Roll", "Rolls")),
    ("XST", ("Sheet", "Sheets")),
    ("XBG", ("Bag", "Bags")),
    ("XBX", ("Box", "Boxes")),
    ("XCT", ("Carton", "Cartons")),
    ("XPK", ("Pack", "Packs")),
    ("XBA", ("Barrel", "Barrels")),
    ("KGM", ("Kilogram", "Kilograms", "kg")),
    ("GRM", ("Gram", "Grams")),
    ("TNE", ("Metric Ton", "Metric Tons", "Ton", "Tons")),
    ("LBR", ("Pound", "Pounds")),
    ("ONZ", ("Ounce", "Ounces")),
    ("MTR", ("Meter", "Meters", "Metre", "Metres")),
    ("CMT", ("Centimeter", "Centimeters")),
    ("YRD", ("Yard", "Yards")),
    ("FOT", ("Foot", "Feet")),
    ("INH", ("Inch", "Inches")),
    ("MTK", ("Square Meter", "Square Meters", "Square Metre", "Square Metres")),
    ("FTK", ("Square Foot", "Square Feet")),
    ("MTQ", ("Cubic Meter", "Cubic Meters", "Cubic Metre", "Cubic Metres")),
    ("LTR", ("Liter", "Liters", "Litre", "Litres")),
)
"""Rec 20 code and its words; the first is the one that a listing is published with."""

UNIT_CODES: dict[str, str] = {word.lower(): code for code, words in _UNITS for word in words}
"""The platform's words for units, lower case, to UN/ECE Rec 20 codes."""

UNIT_WORDS: dict[str, str] = {code: words[0] for code, words in _UNITS}
"""Rec 20 codes to the word that the platform takes."""


def unit_code(word: str) -> str:
    """The Rec 20 code of the platform's *word*, "" for one that is not known; "Piece/Pieces" is one word."""
    return UNIT_CODES.get(word.split("/")[0].strip().lower(), "")
