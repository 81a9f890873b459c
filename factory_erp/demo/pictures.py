"""Pictures of the demo's products, drawn: the colours side by side, one alone, its sizes, its carton."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from factory_erp.demo import lookup
from factory_erp.demo.drawing import EDGE, Board, Colour, box, lit
from factory_erp.demo.families import axes, goods, options
from factory_erp.demo.figures import FIGURES, PAINTS
from factory_erp.demo.specs import ItemSpec, Pack
from factory_erp.services.files import images

_FLOOR = 850
_GAP = 0.24
"""Between two figures, in their widths."""
_WIDEST, _TALLEST = 880, 640
_CARD: Colour = (198, 160, 112)

_HEIGHTS = {
    "TB20": 190, "TB30": 220, "VF035": 215, "VF050": 255, "VF075": 295, "VF100": 325, "KB035": 195,
    "CM035": 100, "FJ050": 165, "DLA": 375, "DLB": 405, "DLC": 255,
}  # fmt: skip
"""Model → height in mm."""


@dataclass(frozen=True, slots=True)
class _Shot:
    """A picture, of one item where *sku* says so."""

    caption: str
    content: bytes
    sku: str = ""


def add_pictures(product: str) -> None:
    """Draw and store the pictures of a product."""
    product_id, ids = lookup.products()[product], lookup.items()
    for shot in _shots(product):
        images.add_image(product_id, ids.get(shot.sku), shot.content, shot.caption)


def _shots(product: str) -> Iterator[_Shot]:
    models = list(dict.fromkeys(_model(item) for item in goods(product)))
    first = _first(models[-1], _colours(product)[0])
    yield _Shot("Colours / 颜色", _line_up(product, models[-1]))
    if len(models) > 1:
        yield _Shot("Sizes / 容量", _sizes(product, models))
    yield _Shot("Dimensions / 尺寸", _measured(product, first), first.sku)
    yield _Shot("Master carton / 外箱", _carton(first))


def _model(item: ItemSpec) -> str:
    return item.sku.partition("-")[0]


def _first(model: str, colour: str) -> ItemSpec:
    product = next(code for code in FIGURES if model.startswith(code))
    found = (item for item in goods(product) if _model(item) == model)
    return next(item for item in found if options(item)["colour"] == colour)


def _colours(product: str) -> list[str]:
    return [value.code for axis in axes(product) if axis.code == "colour" for value in axis.values]


def _line_up(product: str, model: str) -> bytes:
    """Every colour of a model, side by side."""
    colours = [c for c in _colours(product) if any(options(i)["colour"] == c for i in goods(product))]
    return _row(product, [(colour, 1.0) for colour in colours])


def _sizes(product: str, models: list[str]) -> bytes:
    """Every size in one colour, as tall beside each other as they are."""
    colour = _colours(product)[-1]
    most = max(_HEIGHTS[model] for model in models)
    return _row(product, [(colour, _HEIGHTS[model] / most) for model in models])


def _row(product: str, members: list[tuple[str, float]]) -> bytes:
    """Figures in a row: colour, and share of the greatest height."""
    draw, wide = FIGURES[product]
    places = sum(share for _colour, share in members) + _GAP * (len(members) - 1)
    tall = min(_TALLEST, _WIDEST / (wide * places))
    board, x = Board(), (EDGE - wide * places * tall) / 2
    floor = _FLOOR - (_TALLEST - tall) * 0.42
    for colour, share in members:
        width = wide * tall * share
        draw(board, x + width / 2, floor, tall * share, PAINTS[colour])
        x += width + wide * tall * _GAP
    return board.jpeg()


def _measured(product: str, item: ItemSpec) -> bytes:
    """One alone, with its height and its width in millimetres."""
    draw, wide = FIGURES[product]
    tall = min(_TALLEST, 560 / wide)
    board, floor = Board(), 800 - (_TALLEST - min(_TALLEST, 560 / wide)) * 0.3
    width = draw(board, EDGE / 2, floor, tall, PAINTS[options(item)["colour"]])
    height = _HEIGHTS[_model(item)]
    side = EDGE / 2 + max(width, wide * tall) / 2 + 50
    board.measure((side, floor - tall), (side, floor), f"{height} mm")
    across = round(height * width / tall)
    board.measure((EDGE / 2 - width / 2, floor + 60), (EDGE / 2 + width / 2, floor + 60), f"{across} mm")
    return board.jpeg()


def _carton(item: ItemSpec) -> bytes:
    """The master carton with its marks, seen from a corner."""
    master = item.packs[1]
    board = Board()
    scale = 760 / (master.length + master.width * 0.6)
    front, side, up = master.length * scale, master.width * scale * 0.6, master.height * scale
    left, floor, rise = (EDGE - front - side) / 2, 760.0, side * 0.42
    board.shadow(EDGE / 2, floor - rise * 0.2, (front + side) * 0.48, 34)
    face = box(left, floor - up, left + front, floor)
    near, far = left + front, left + front + side
    right = [(near, floor), (far, floor - rise), (far, floor - up - rise), (near, floor - up)]
    top = [(left, floor - up), (near, floor - up), (far, floor - up - rise), (left + side, floor - up - rise)]
    board.shape(face, _CARD)
    board.shape(right, lit(_CARD, -0.18))
    board.shape(top, lit(_CARD, 0.2))
    tape = [(edge + side * place, floor - up - rise * place)
            for edge, place in ((left, 0.46), (left, 0.54), (near, 0.54), (near, 0.46))]  # fmt: skip
    board.shape(tape, lit(_CARD, 0.5))
    _marks(board, left + front / 2, floor - up / 2, up, master, item.sku)
    return board.jpeg()


def _marks(board: Board, x: float, y: float, up: float, master: Pack, sku: str) -> None:
    """What stands on the front of the carton."""
    ink = lit(_CARD, -0.7)
    sizes = f"{master.length} x {master.width} x {master.height} mm"
    weight = f"G.W. {master.gross_g / 1000:.1f} kg"
    apart = min(46, up / 5)
    for place, said in enumerate((sku, f"{master.quantity} PCS", sizes, weight)):
        board.text(x, y + (place - 1.5) * apart, said, round(apart * (0.6 if place else 0.85)), ink)
