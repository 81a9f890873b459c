"""What goes out: parcels, answers and quotations once, listings as often as one likes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, ListingContent, ListingSku, PriceTier
from factory_erp.sync.connectors.dropfolder import SPEC
from factory_erp.sync.connectors.dropfolder.folder import file_name
from factory_erp.sync.connectors.inquiries import InquiryKind, OutgoingQuote, OutgoingReply, QuoteLine
from factory_erp.sync.connectors.listings import ImageFile, RemoteState, UploadedImage
from factory_erp.sync.connectors.registry import PLATFORMS
from factory_erp.sync.connectors.spec import Capability
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable, Refused
from tests.sync.dropfolder.support import END, START, Drop, notice

SHA = "a" * 64


def content(**changes: object) -> ListingContent:
    values: dict[str, object] = {
        "model_number": "VB-500",
        "title": "Vacuum bottle, 500 ml",
        "language": "en",
        "currency": "USD",
        "unit": "H87",
        "min_order": Decimal(10),
        "keywords": ("bottle", "=HYPERLINK(1)"),
        "description": "Keeps tea warm.\nFor hours.",
        "attributes": (("Material", "Steel"),),
        "images": (SHA,),
        "prices": (PriceTier(Decimal(10), Decimal("8.00")), PriceTier(Decimal(100), Decimal("7.60"))),
        "lead": (LeadTier(Decimal(1), 7),),
        "skus": (ListingSku("VB-R", (("Colour", "Red"),)), ListingSku("VB-B", (("Colour", "Blue"),))),
        "size_mm": (250, 80, 85),
    }
    return ListingContent(**{**values, **changes})  # type: ignore[arg-type]


def publish(drop: Drop, **changes: object) -> str:
    image = drop.connector.listings.upload_image(ImageFile(SHA, "a.jpg", "image/jpeg", b"jpeg"))
    return drop.connector.listings.create(content(**changes), {SHA: image})


def rows(drop: Drop, field: str, name: str = "VB-500") -> list[tuple[str, str, str]]:
    table = drop.table("out", "listings", f"{name}.csv")
    return [(row["sku"], row["name"], row["value"]) for row in table if row["field"] == field]


def test_the_platform_is_one_line_in_the_registry() -> None:
    assert PLATFORMS["dropfolder"] is SPEC
    assert not SPEC.needs_secret
    assert Capability.SIGN_IN not in SPEC.capabilities
    assert [option.folder for option in SPEC.options] == [True]


# Parcels


def test_a_parcel_is_a_file(drop: Drop) -> None:
    told = notice(partial=True, lines=(("SKU%2F1", Decimal(5)), ("=cmd", Decimal(7))))
    name = drop.connector.shipments.push(told)
    first, second = drop.table("out", "shipments", f"{name}.csv")
    assert (first["order_number"], first["tracking_number"], first["complete"]) == ("MIC-1", "JD0001", "no")
    assert (first["sku"], first["quantity"], second["sku"]) == ("SKU/1", "5", "=cmd")
    assert not [fact for fact in drop.facts if not fact.acts]
    assert "JD0001" in drop.facts[0].request


def test_a_parcel_is_written_once_whatever_becomes_of_its_file(drop: Drop) -> None:
    shipments = drop.connector.shipments
    assert shipments.find(notice()) is None
    name = shipments.push(notice())
    assert shipments.find(notice()) == name
    (drop.root / "out" / "shipments" / f"{name}.csv").unlink()
    assert drop.connect().shipments.find(notice()) == name
    assert shipments.push(notice()) == name
    assert not drop.names("out", "shipments")
    assert shipments.find(notice(key="ship:2:1")) is None
    assert shipments.find(notice(order="MIC-2")) is None


def test_an_agency_may_move_a_file_to_done(drop: Drop) -> None:
    name = drop.connector.shipments.push(notice())
    (drop.root / "sent" / "shipments" / f"{name}.csv").unlink()
    done = drop.root / "out" / "shipments" / "done"
    done.mkdir()
    (drop.root / "out" / "shipments" / f"{name}.csv").rename(done / f"{name}.csv")
    assert drop.connector.shipments.find(notice()) == name


def test_without_a_record_of_it_the_outcome_is_not_known(drop: Drop) -> None:
    (drop.root / "sent").write_text("a file where a folder should be")
    with pytest.raises(OutcomeUnknown):
        drop.connector.shipments.push(notice())
    assert drop.connector.shipments.find(notice())


def test_a_file_that_cannot_be_written_is_due_again(drop: Drop) -> None:
    (drop.root / "out").write_text("in the way")
    with pytest.raises(PlatformUnavailable) as caught:
        drop.connector.shipments.push(notice())
    assert not caught.value.reached
    with pytest.raises(InvalidValue):
        drop.connect("relative/folder").shipments.push(notice())


NAMES = st.text(min_size=1, max_size=80)


@given(NAMES, NAMES)
def test_names_of_files_are_harmless_and_unlike(one: str, other: str) -> None:
    first, second = file_name(one), file_name(other)
    assert Path(first).name == first
    assert first.isascii()
    assert len(first) < 100
    assert (first.casefold() == second.casefold()) == (one == other)


@pytest.mark.parametrize("text", ["VB-500", "../../etc/passwd", "CON", "a", "A", "杯", ".hidden", "~$x", ""])
def test_names_that_would_do_harm(text: str) -> None:
    name = file_name(text)
    assert name[:1] not in (".", "~", "")
    assert name.upper() not in ("CON", "NUL")
    assert (name == text) == (text in ("VB-500", "A"))


# Listings


def test_a_listing_is_a_table_that_a_person_reads(drop: Drop) -> None:
    assert publish(drop) == "VB-500"
    assert rows(drop, "title") == [("", "", "Vacuum bottle, 500 ml")]
    assert rows(drop, "description") == [("", "", "Keeps tea warm.\nFor hours.")]
    assert rows(drop, "keyword")[1] == ("", "2", "=HYPERLINK(1)")
    assert rows(drop, "price") == [("", "10", "8"), ("", "100", "7.6")]
    assert rows(drop, "option") == [("VB-R", "Colour", "Red"), ("VB-B", "Colour", "Blue")]
    assert rows(drop, "image") == [("", "1", f"{SHA}.jpg")]
    assert (drop.root / "out" / "images" / f"{SHA}.jpg").read_bytes() == b"jpeg"


def test_a_listing_is_found_by_its_model_number_and_made_once(drop: Drop) -> None:
    listings = drop.connector.listings
    assert listings.find("VB-500") is None
    assert publish(drop) == publish(drop) == listings.find("VB-500")
    assert drop.names("out", "listings") == ["VB-500.csv"]
    remote = listings.read("VB-500")
    assert (remote.model_number, remote.title, remote.state) == (
        "VB-500",
        "Vacuum bottle, 500 ml",
        RemoteState.ONLINE,
    )
    assert [sku.sku_id for sku in remote.skus] == ["VB-R", "VB-B"]


def test_changes_are_absolute(drop: Drop) -> None:
    name, listings = publish(drop), drop.connector.listings
    for _twice in range(2):
        listings.set_stock(name, {"VB-R": Decimal(40), "VB-B": Decimal(0)})
        listings.set_stock(name, {"VB-R": Decimal(41)})
        listings.set_prices(name, [PriceTier(Decimal(5), Decimal("9.5"))], {"VB-R": Decimal("9.9")}, "EUR")
        listings.set_lead_time(name, [LeadTier(Decimal(1), 12), LeadTier(Decimal(500), 30)])
    assert sorted(rows(drop, "stock")) == [("VB-B", "", "0"), ("VB-R", "", "41")]
    assert rows(drop, "price") == [("", "5", "9.5"), ("VB-R", "5", "9.9")]
    assert rows(drop, "currency") == [("", "", "EUR")]
    assert rows(drop, "lead_days") == [("", "1", "12"), ("", "500", "30")]
    assert {sku.sku_id: sku.stock for sku in listings.read(name).skus} == {"VB-R": 41, "VB-B": 0}


def test_an_update_keeps_stock_and_state(drop: Drop) -> None:
    name, listings = publish(drop), drop.connector.listings
    listings.set_stock(name, {"": Decimal(9)})
    assert listings.set_online([name, "gone"], False).done == (name,)
    listings.update(name, content(title="New", images=()), {})
    assert rows(drop, "title") == [("", "", "New")]
    assert rows(drop, "stock") == [("", "", "9")]
    assert listings.read(name).state is RemoteState.OFFLINE
    assert listings.set_online([name], True).refused == ()
    assert listings.read(name).state is RemoteState.ONLINE


def test_what_is_not_there_is_refused(drop: Drop) -> None:
    listings = drop.connector.listings
    for name in ("gone", "../../secret", "a/b"):
        with pytest.raises(Refused):
            listings.read(name)
        with pytest.raises(Refused):
            listings.set_stock(name, {"": Decimal(1)})
    assert listings.set_online(["gone"], True).refused[0][0] == "gone"


def test_a_spoiled_file_stops_no_other(drop: Drop) -> None:
    publish(drop)
    publish(drop, model_number="VB-750")
    (drop.root / "out" / "listings" / "VB-500.csv").write_text("not,a\nlisting,x\n")
    [page] = drop.connector.listings.pages()
    assert ([one.model_number for one in page.listings], page.last) == (["VB-750"], True)
    publish(drop)
    [page] = drop.connector.listings.pages()
    assert len(page.listings) == 2


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cc"]), max_size=40)


@settings(max_examples=30)
@given(title=TEXT.filter(str.strip), description=TEXT, word=TEXT)
def test_any_text_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, title: str, description: str, word: str
) -> None:
    drop = Drop(tmp_path_factory.mktemp("drop"))
    made = content(title=title, description=description, keywords=(word,), images=())
    name = drop.connector.listings.create(made, {})
    drop.connector.listings.set_stock(name, {"VB-R": Decimal(1)})
    assert drop.connector.listings.read(name).title == title
    assert rows(drop, "keyword") == [("", "1", word)]
    assert rows(drop, "description") == ([("", "", description)] if description else [])


def test_a_text_that_no_table_holds_is_refused_with_nothing_changed(drop: Drop) -> None:
    name = publish(drop)
    with pytest.raises(InvalidValue):
        drop.connector.listings.update(name, content(description="x" * 40_000, images=()), {})
    assert drop.connector.listings.read(name).title == "Vacuum bottle, 500 ml"


# Inquiries

ASKED = (
    "inquiry_number,kind,received_on,buyer,country,subject,message,product,quantity,unit,wanted_by\n"
    "Q-1,rfq,2026-03-10 09:00,Acme,US,Bottles,How much?,VB-500,500,pcs,2026-05-01\n"
    "Q-1,,2026-03-11 10:00,,,,And in red?,,,,\n"
    "Q-2,letter,2026-03-11,Acme,US,x,y,,,,\n"
)


def test_an_inquiry_of_two_messages(drop: Drop) -> None:
    drop.put("q.csv", ASKED, below="inquiries")
    [page] = drop.connector.inquiries.pages(START, END)
    [inquiry] = page.inquiries
    [fault] = page.problems
    assert (fault.external_id, "'kind'" in fault.reason) == ("Q-2", True)
    assert (inquiry.kind, inquiry.product_id, inquiry.quantity) == (InquiryKind.RFQ, "VB-500", 500)
    assert (inquiry.unit_code, inquiry.wanted_by) == ("H87", date(2026, 5, 1))
    assert [message.body for message in inquiry.messages] == ["How much?", "And in red?"]
    assert inquiry.messages[1].sent_at == datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    assert len({message.external_id for message in inquiry.messages}) == 2
    assert len(drop.names("done", "inquiries")) == 1
    assert not drop.pull()[0].orders


def test_an_answer_and_a_quotation_are_written_once(drop: Drop) -> None:
    inquiries = drop.connector.inquiries
    answer = OutgoingReply("Q-1", "acme", "=Dear\nbuyer", "reply:7", START)
    assert inquiries.find_reply(answer) is None
    name = inquiries.reply(answer)
    assert inquiries.reply(answer) == inquiries.find_reply(answer) == name
    assert drop.table("out", "replies", f"{name}.csv")[0]["message"] == "=Dear\nbuyer"
    lines = (QuoteLine("SKU-1", "Bottle", Decimal(500), "H87", Decimal("3.25")),)
    quote = OutgoingQuote(
        "Q-1", "QT-1", "USD", "FOB", "Ningbo", "T/T", date(2026, 4, 30), 20, Decimal("1625.00"), lines,
        "text", "quote:1", START,
    )  # fmt: skip
    assert inquiries.find_quote(quote) is None
    name = inquiries.quote(quote)
    assert inquiries.find_quote(quote) == name
    [row] = drop.table("out", "quotations", f"{name}.csv")
    assert (row["unit_price"], row["valid_until"], row["total"]) == ("3.25", "2026-04-30", "1625")


def test_a_picture_that_broke_off_is_written_again(drop: Drop) -> None:
    image = ImageFile(SHA, "a.png", "image/png", b"whole")
    folder = drop.root / "out" / "images"
    folder.mkdir(parents=True)
    (folder / f"{SHA}.png").write_bytes(b"who")
    assert drop.connector.listings.upload_image(image) == UploadedImage(f"{SHA}.png", f"images/{SHA}.png")
    assert drop.names("out", "images") == [f"{SHA}.png"]
    assert (folder / f"{SHA}.png").read_bytes() == b"whole"


def test_what_a_folder_does_not_know_is_empty(drop: Drop) -> None:
    with drop.connector as connector:
        assert connector.sign_in is None
        assert connector.shipments.carriers() == ()
        assert connector.listings.categories() == connector.listings.predict_categories("x") == ()
        assert connector.listings.attributes("1") == connector.listings.shipping_templates() == ()
