"""The files of a large factory: products, items, stock, and bills of materials five levels deep."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from factory_erp.sheets.writing import write_file

PER_PRODUCT = 10
BANDS = 4
"""Levels of semi-finished items: those of a level consist of the next one, the last of raw material."""
COLOURS = (("Matte black", "哑光黑"), ("Ocean blue", "海蓝"), ("Pearl white", "珍珠白"), ("Wine red", "酒红"))
GOODS = (("Insulated bottle", "不锈钢保温杯"), ("Travel mug", "车载咖啡杯"), ("Desk lamp", "LED 台灯"))
PARTS = (("Shell", "外壳"), ("Lid", "杯盖"), ("Gasket", "密封圈"), ("Printed circuit board", "电路板"))
MATERIALS = (("Steel coil", "不锈钢卷"), ("PP granulate", "PP 粒子"), ("Silicone", "硅胶"))

PRODUCT_HEADERS = ("Product", "Category", "English name", "Chinese name")
ITEM_HEADERS = (
    "SKU", "Product", "Kind", "Procurement", "Unit", "English name", "Chinese name", "HS code",
    "Options", "Net weight (g)", "Lead time (days)", "Standard cost",
)  # fmt: skip
STOCK_HEADERS = ("SKU", "Quantity")
LINE_HEADERS = ("SKU", "Position", "Component", "Quantity", "Scrap %")

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """How many items there are of which kind; a bill has *per_bill* lines."""

    finished: int
    semi: int
    raw: int
    per_bill: int

    @classmethod
    def of(cls, items: int, lines: int) -> Catalogue:
        """Two fifths of *items* are finished, two fifths semi-finished; they share the bill *lines*."""
        made = items * 2 // 5
        return cls(made, made, items - 2 * made, lines // (2 * made))

    @property
    def items(self) -> int:
        """All items."""
        return self.finished + self.semi + self.raw

    @property
    def lines(self) -> int:
        """All bill lines."""
        return (self.finished + self.semi) * self.per_bill

    @property
    def products(self) -> int:
        """Families of the finished items."""
        return -(-self.finished // PER_PRODUCT)

    def product_rows(self) -> Iterator[Cells]:
        """Rows of the file of products."""
        for number in range(self.products):
            english, chinese = GOODS[number % len(GOODS)]
            yield f"FAM-{number:05d}", english, f"{english} {number}", f"{chinese} {number} 号"

    def item_rows(self) -> Iterator[Cells]:
        """Rows of the file of items."""
        for number in range(self.finished):
            (english, chinese), colour = GOODS[number // PER_PRODUCT % len(GOODS)], COLOURS[number % 4]
            options, weight = f"{number % 9 + 2}00 ml / {colour[0]} {colour[1]}", str(number % 900 + 100)
            yield (
                self.sku(number), f"FAM-{number // PER_PRODUCT:05d}", "Finished", "Make", "PCS",
                f"{english} {number} {colour[0]}", f"{chinese} {number} {colour[1]}", "9617001100",
                options, weight, "12", "0",
            )  # fmt: skip
        for number in range(self.finished, self.finished + self.semi):
            yield self._part(number, "Semi-finished", "Make", PARTS, "0")
        for number in range(self.finished + self.semi, self.items):
            yield self._part(
                number, "Raw material", "Buy", MATERIALS, f"{number % 97 + 1}.{number % 100:02d}"
            )

    def _part(self, number: int, kind: str, way: str, names: Sequence[tuple[str, str]], cost: str) -> Cells:
        english, chinese = names[number % len(names)]
        names_of = f"{english} {number}", f"{chinese} {number}"
        return (self.sku(number), "", kind, way, "PCS", *names_of, "", "", "20", "5", cost)

    def sku(self, number: int) -> str:
        """The SKU of an item by its place in the file."""
        return f"{'F' if number < self.finished else 'P'}-{number:06d}"

    def stock_rows(self) -> Iterator[Cells]:
        """Rows of the file of counted stock: some of every item."""
        for number in range(self.items):
            yield self.sku(number), str(number % 500 + 1)

    def line_rows(self) -> Iterator[Cells]:
        """Rows of the file of bills, bill by bill."""
        chance = random.Random(1)
        for parent in range(self.finished + self.semi):
            for position, component in enumerate(self._components(parent, chance), 1):
                yield (
                    self.sku(parent), str(position), self.sku(component),
                    f"{chance.randrange(1, 9)}.{chance.randrange(0, 10)}", str(chance.choice((0, 0, 2))),
                )  # fmt: skip

    def _components(self, parent: int, chance: random.Random) -> list[int]:
        """Mostly of the next level, and some raw material."""
        first_raw = self.finished + self.semi
        band = self.semi // BANDS
        level = 0 if parent < self.finished else (parent - self.finished) // band + 1
        raw = range(first_raw, self.items)
        if level >= BANDS:
            return chance.sample(raw, self.per_bill)
        begin = self.finished + level * band
        made = self.per_bill * 3 // 5
        return [*chance.sample(range(begin, begin + band), made), *chance.sample(raw, self.per_bill - made)]


def write(catalogue: Catalogue, folder: Path) -> Mapping[str, Path]:
    """Write the files; kind → .csv, and "items.xlsx" → the items as a workbook."""
    tables = {
        "products": (PRODUCT_HEADERS, catalogue.product_rows),
        "items": (ITEM_HEADERS, catalogue.item_rows),
        "bills": (LINE_HEADERS, catalogue.line_rows),
        "stock": (STOCK_HEADERS, catalogue.stock_rows),
    }
    files: dict[str, Path] = {}
    for kind, (headers, rows) in tables.items():
        files[kind] = folder / f"{kind}.csv"
        with files[kind].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headers)
            writer.writerows(rows())
    files["items.xlsx"] = folder / "items.xlsx"
    write_file(files["items.xlsx"], ITEM_HEADERS, catalogue.item_rows())
    return files
