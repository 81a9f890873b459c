"""Pictures of a product: added, put in order, looked at, removed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from factory_erp.domain.errors import DomainError
from factory_erp.models.database import Database
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductInput
from factory_erp.services.files import images, pictures
from factory_erp.sync.http.fetch import FetchedImage
from factory_erp.sync.image_urls import AddedFromUrls, add_images_from_urls
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from factory_erp.ui.kit.jobs import Progress
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.products import images_tab as images_tab_module
from factory_erp.ui.products import picture_adding
from factory_erp.ui.products.address_dialog import AddressDialog
from factory_erp.ui.products.images_tab import ImagesTab

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def a_picture(colour: str, width: int = 60, height: int = 40) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(kept, "PNG")
    return kept.getvalue()


def settle(qtbot: QtBot, tab: ImagesTab) -> None:
    qtbot.waitUntil(lambda: not tab.context.jobs.running())


@pytest.fixture
def tab(db: Database, qtbot: QtBot, context: UiContext, problems: list[BaseException]) -> Iterator[ImagesTab]:
    product = products.save_product(ProductInput("CUP")).value
    for colour in ("red", "green", "blue"):
        images.add_image(product, None, a_picture(colour), colour)
    made = ImagesTab(context, product)
    qtbot.addWidget(made)
    made.resize(1040, 560)
    made.show()
    made.refresh()
    settle(qtbot, made)
    yield made
    assert problems == []


def captions(tab: ImagesTab) -> list[str]:
    return [view.caption for view in images.images(tab.record_id)]


def choose(tab: ImagesTab, caption: str) -> None:
    assert tab.strip.select_key(
        next(view.id for view in images.images(tab.record_id) if view.caption == caption)
    )


def test_the_first_is_shown_large_with_its_facts(tab: ImagesTab) -> None:
    assert tab.facts.text() == "red · 60 × 40 px · PNG · 1 KB"
    assert tab.preview.image().pixelColor(5, 5) == QColor("red")
    assert not tab.cover_button.isEnabled()
    assert not tab.is_dirty()


def test_another_one_becomes_the_cover(qtbot: QtBot, tab: ImagesTab) -> None:
    choose(tab, "blue")
    settle(qtbot, tab)
    assert tab.preview.image().pixelColor(5, 5) == QColor("blue")
    tab.cover_button.click()
    settle(qtbot, tab)
    assert captions(tab) == ["blue", "red", "green"]

    qtbot.keyClick(tab.strip, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    settle(qtbot, tab)
    assert captions(tab) == ["red", "blue", "green"]


def test_an_order_that_is_stale_is_refused_and_read_again(
    qtbot: QtBot, tab: ImagesTab, problems: list[BaseException]
) -> None:
    images.remove_image(images.images(tab.record_id)[1].id)
    choose(tab, "blue")
    tab.cover_button.click()
    settle(qtbot, tab)

    assert captions(tab) == ["red", "blue"]
    assert len(tab.strip.keys()) == 2
    assert "changed by somebody else" in str(problems.pop())


def test_files_are_added_and_what_is_no_picture_is_named(
    qtbot: QtBot, tab: ImagesTab, tmp_path: Path
) -> None:
    good, bad, gone = tmp_path / "a.png", tmp_path / "b.jpg", tmp_path / "c.png"
    good.write_bytes(a_picture("white"))
    bad.write_bytes(b"no picture at all")

    tab.add_files([good, bad, gone])
    settle(qtbot, tab)

    assert len(tab.strip.keys()) == len(captions(tab)) == 4
    (dialog,) = tab.findChildren(Message)
    assert dialog.text() == "2 pictures were not added"
    assert "b.jpg: " in dialog.more_text()
    assert "The file c.png cannot be read." in dialog.more_text()
    dialog.accept()


@pytest.mark.parametrize("agreed", [True, False])
def test_a_picture_too_large_for_platforms_is_made_smaller_if_one_agrees(
    qtbot: QtBot, tab: ImagesTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    monkeypatch.setattr(picture_adding, "MAX_BYTES", 100)
    monkeypatch.setattr(
        picture_adding, "confirm", lambda parent, title, text, act: asked.append(f"{title} {text}") or agreed
    )
    large = tmp_path / "large.png"
    large.write_bytes(a_picture("white", 2400, 1200))

    tab.add_files([large])
    settle(qtbot, tab)

    assert "Make the picture smaller? large.png has more than 5 MB" in asked[0]
    sizes = [(view.width, view.height, view.media_type) for view in images.images(tab.record_id)[3:]]
    assert sizes == ([(2000, 1000, "image/jpeg")] if agreed else [])


def test_a_picture_is_pasted(qtbot: QtBot, tab: ImagesTab) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("orange"))
    QGuiApplication.clipboard().setImage(image)
    tab.strip.setFocus()
    qtbot.keyClick(tab.strip, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, tab)

    assert [(view.width, view.height) for view in images.images(tab.record_id)[3:]] == [(30, 20)]


def test_pictures_come_from_web_addresses_and_each_address_is_answered(qtbot: QtBot, tab: ImagesTab) -> None:
    def fetch(url: str) -> FetchedImage:
        if "lost" in url:
            raise DomainError("The picture is not there.", remedy="Check the address.")
        return FetchedImage(a_picture("orange"), "image/png", url)

    def add(urls: Sequence[str], progress: Progress) -> AddedFromUrls:
        return add_images_from_urls(tab.record_id, urls, progress, fetch=fetch)

    tab.add_from_urls = add
    heard: list[str] = []
    tab.context.say = heard.append
    dialog = tab.ask_addresses()
    assert not dialog.add_button.isEnabled()
    good, lost = "https://x.example/a.png", "https://x.example/lost.png"
    dialog.edit.setPlainText(f"{good}\n\n  {lost}  ")
    dialog.add_button.click()
    assert not dialog.add_button.isEnabled()
    settle(qtbot, tab)

    assert [[text_of(cell) for cell in row] for row in dialog.table.model.rows] == [
        [good, "Added", ""],
        [lost, "Refused", "The picture is not there. Check the address."],
    ]
    assert dialog.state.text() == "1 picture is added. 1 address gave no picture."
    assert dialog.addresses() == [lost]
    assert heard == ["1 picture is added."]
    assert len(tab.strip.keys()) == 4
    dialog.close_button.click()
    assert not tab.findChildren(AddressDialog) or not dialog.isVisible()


def test_closing_stops_what_is_not_fetched_yet(qtbot: QtBot, tab: ImagesTab) -> None:
    go_on = Event()

    def add(urls: Sequence[str], progress: Progress) -> AddedFromUrls:
        def fetch(url: str) -> FetchedImage:
            go_on.wait(5)
            return FetchedImage(a_picture("orange" if "a" in url else "white"), "image/png", url)

        return add_images_from_urls(tab.record_id, urls, progress, fetch=fetch)

    tab.add_from_urls = add
    dialog = tab.ask_addresses()
    dialog.edit.setPlainText("https://x.example/a\nhttps://x.org/b")
    dialog.add()
    dialog.close_button.click()
    assert not dialog.isVisible()
    go_on.set()
    settle(qtbot, tab)
    settle(qtbot, tab)
    assert len(tab.strip.keys()) == len(images.images(tab.record_id)) <= 4


def test_a_caption_is_written_and_one_too_long_is_refused_at_its_field(qtbot: QtBot, tab: ImagesTab) -> None:
    dialog = tab.change_caption()
    assert dialog is not None
    qtbot.addWidget(dialog)
    dialog.form.edit("caption").setText("x" * 201)  # type: ignore[attr-defined]
    dialog.form.save()
    settle(qtbot, tab)
    assert "at most 200 fit" in dialog.form._messages["caption"].text()

    dialog.form.edit("caption").setText("Front")  # type: ignore[attr-defined]
    dialog.form.save()
    settle(qtbot, tab)
    assert captions(tab)[0] == "Front"
    assert tab.facts.text().startswith("Front · ")


def test_removing_asks(qtbot: QtBot, tab: ImagesTab, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(images_tab_module, "confirm", lambda *_asked: answers.pop(0))
    tab.strip.setFocus()
    qtbot.keyClick(tab.strip, Qt.Key.Key_Delete)
    settle(qtbot, tab)
    assert len(captions(tab)) == 3
    tab.remove_button.click()
    settle(qtbot, tab)
    assert captions(tab) == ["green", "blue"]
    assert len(tab.strip.keys()) == 2


def test_a_file_that_was_tampered_with_is_said_in_place_of_the_picture(qtbot: QtBot, tab: ImagesTab) -> None:
    view = images.images(tab.record_id)[1]
    view.path.unlink()
    choose(tab, "green")
    settle(qtbot, tab)
    # The strip has its small picture in the cache; the large one had never been made.
    assert tab.preview.image().isNull()
    assert "picture" in tab.preview.words()
