from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

from factory_erp.documents import render
from factory_erp.documents.details.labels import LoadingDetails
from factory_erp.documents.facts import PalletLine
from factory_erp.documents.loading_pictures import OrderStyles
from factory_erp.documents.stored import from_json, to_json
from tests.documents.reading import HOSTILE, said, words_of
from tests.documents.samples_cartons import container, loading_document


def test_the_plan_states_every_container_step_weight_and_order():
    one, two = container(), container(5, 2, "MSKU1234565")
    document = loading_document(one, two)
    shown = words_of(render(document))
    for loaded in (one, two):
        assert loaded.number in shown
        assert f"{len(loaded.boxes):,}" in shown
        assert f"{Decimal(loaded.cargo_g) / 1000:,.0f}/26,500kg" in shown
        for step in loaded.steps:
            assert said(f"{step.deep} × {step.across} × {step.high}") in shown
            assert step.label in shown
            assert said(f"After step {step.step} 第 {step.step} 步完成后") in shown
    for text in (
        "12 × KD-300-PK",
        "465 × A SO-2026-00318",
        "SL778812",
        "留通风缝 / leave air",
        "箱门",
        "俯视图",
    ):
        assert said(text) in shown, text


def test_a_note_that_steps_in_a_row_share_stands_once():
    loaded = container(6)
    notes = ("SO-9001", "SO-9001", "SO-9002", "SO-9002", "", "SO-9002")
    steps = tuple(replace(step, note=note) for step, note in zip(loaded.steps, notes, strict=True))
    shown = words_of(render(loading_document(replace(loaded, steps=steps), language="en")))
    assert (shown.count("SO-9001"), shown.count("SO-9002")) == (1, 2)


def test_where_pallets_are_loaded_it_speaks_of_packages():
    on_cartons = loading_document(container())
    shown = words_of(render(on_cartons))
    assert said("Cartons loaded 装载箱数") in shown
    pallets = (PalletLine(1, "P1", "1-40", 40, 25_000, 1200, 1000, 1450),)
    shown = words_of(render(replace(on_cartons, facts=replace(on_cartons.facts, pallets=pallets))))
    assert said("No. of packages 件数") in shown
    assert said("Pallets 托盘") in shown
    assert said("Cartons loaded") not in shown
    assert "箱数" not in shown
    assert "货箱" not in shown


def test_the_centre_of_gravity_is_that_of_the_weights():
    loaded = container(1)
    shown = words_of(render(loading_document(loaded, language="en")))
    middle = (loaded.boxes[-1].x_mm + loaded.boxes[-1].length_mm) / 20
    assert said(f"{middle:.0f} cm from the front wall (middle 602 cm)") in shown
    unweighed = replace(loaded, boxes=tuple(replace(box, gross_g=0) for box in loaded.boxes))
    assert "Centreofgravity" not in words_of(render(loading_document(unweighed, language="en")))


def test_orders_differ_by_letter_colour_and_hatching():
    styles = OrderStyles([f"SO-{n}" for n in range(30)])
    first = [styles[f"SO-{n}"] for n in range(7)]
    assert len({style.colour for style in first}) == len({style.hatch for style in first}) == 7
    assert [styles[f"SO-{n}"].letter for n in (0, 25, 26, 29)] == ["A", "Z", "AA", "AD"]
    assert OrderStyles(["SO-1", "SO-1"]).named("SO-1") == "SO-1"


def test_an_empty_container_many_steps_and_hostile_texts_are_drawn():
    empty = replace(container(1), boxes=(), steps=(), cargo_g=0, volume_mm3=0)
    many = container(1)
    step = replace(many.steps[0], note=HOSTILE, label="唛" * 60)
    crowded = replace(many, steps=(step, *(replace(step, step=n) for n in range(2, 90))))
    document = loading_document(empty, crowded)
    data = render(document)
    assert render(from_json(to_json(loading_document(container())))) == render(loading_document(container()))
    assert len(PdfReader(BytesIO(data)).pages) > 5


def test_a_plan_of_a_full_container_is_drawn_in_a_moment():
    document = loading_document(container())
    assert isinstance(document.details, LoadingDetails)
    render(loading_document(container(1)))
    began = time.process_time()
    render(document)
    assert time.process_time() - began < 1.5
