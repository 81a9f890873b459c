"""Logo, signature and chop: sound pictures only, kept by their hash, no larger than print needs."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from factory_erp.documents.snapshot import DocumentOptions
from factory_erp.domain.errors import Conflict, DomainError, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.services.files import media as media_files
from factory_erp.services.papers import company_pictures
from factory_erp.services.papers.company_pictures import LONGEST_EDGE, remove_picture, set_picture
from factory_erp.services.shipping.pictures import FOLDER, pictures_of
from tests.services.shipping_factory import Factory


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGBA") -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size, (200, 0, 0, 90) if mode == "RGBA" else (200, 0, 0)).save(kept, kind)
    return kept.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_picture_is_kept_by_its_hash(factory: Factory) -> None:
    sha256 = set_picture("chop", picture()).value
    company = factory.one(Company)
    assert (company.chop, company.logo) == (sha256, "")
    found = company_pictures.company_pictures()
    assert list(found.pictures) == ["chop"]
    assert found.version == company.version
    assert opened(found.pictures["chop"].content).getpixel((0, 0)) == (200, 0, 0, 90), "still transparent"
    assert list(pictures_of(DocumentOptions(chop=sha256))) == [sha256]


def test_the_same_picture_again_changes_nothing(factory: Factory) -> None:
    first = set_picture("logo", picture()).value
    again = set_picture("logo", picture())
    assert (again.value, again.changes) == (first, {})


def test_large_pictures_are_made_as_large_as_print_needs(factory: Factory) -> None:
    set_picture("logo", picture(size=(4000, 1000)))
    set_picture("signature", picture("JPEG", (3000, 1500), "RGB"))
    found = company_pictures.company_pictures().pictures
    assert opened(found["logo"].content).size == (LONGEST_EDGE, LONGEST_EDGE // 4)
    assert opened(found["signature"].content).size == (2000, 1000)


def test_a_photograph_stands_upright(factory: Factory) -> None:
    kept = io.BytesIO()
    image = Image.new("RGB", (60, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(kept, "JPEG", exif=exif)
    set_picture("signature", kept.getvalue())
    assert opened(company_pictures.company_pictures().pictures["signature"].content).size == (20, 60)


@pytest.mark.parametrize("data", [b"", b"not a picture", picture()[:60], picture("GIF", mode="RGB")])
def test_what_is_no_such_picture_is_refused(factory: Factory, data: bytes) -> None:
    with pytest.raises(InvalidValue) as refused:
        set_picture("logo", data)
    assert refused.value.remedy
    assert factory.one(Company).logo == ""


def test_there_are_three_pictures_and_no_more(factory: Factory) -> None:
    with pytest.raises(InvalidValue, match="name_en"):
        set_picture("name_en", picture())
    with pytest.raises(InvalidValue):
        remove_picture("uscc")


def test_pictures_belong_to_a_company(db: Database) -> None:
    assert company_pictures.company_pictures() == company_pictures.CompanyPictures({}, 0)
    with pytest.raises(NotAllowed, match="no company"):
        set_picture("logo", picture())


def test_a_form_saves_over_what_it_read(factory: Factory) -> None:
    before = company_pictures.company_pictures().version
    set_picture("logo", picture(), before)
    with pytest.raises(Conflict):
        set_picture("chop", picture(), before)
    with pytest.raises(Conflict):
        remove_picture("logo", before)
    assert factory.one(Company).logo


def test_a_picture_taken_away_stays_for_the_papers_that_show_it(factory: Factory) -> None:
    sha256 = set_picture("logo", picture()).value
    remove_picture("logo")
    assert factory.one(Company).logo == ""
    assert company_pictures.company_pictures().pictures == {}
    assert company_pictures.read_picture(sha256) == pictures_of(DocumentOptions(logo=sha256))[sha256]


def test_a_lost_or_altered_file_is_said(factory: Factory) -> None:
    sha256 = set_picture("logo", picture()).value
    path = media_files.expected(FOLDER, sha256)
    path.write_bytes(picture(size=(1, 1)))
    view = company_pictures.company_pictures().pictures["logo"]
    assert (view.content, view.sha256) == (b"", sha256)
    assert "altered" in view.problem
    path.unlink()
    with pytest.raises(DomainError, match="missing"):
        company_pictures.read_picture(sha256)
    assert set_picture("logo", picture()).value == sha256
    assert company_pictures.company_pictures().pictures["logo"].problem == ""
