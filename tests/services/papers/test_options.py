"""How papers are set: four places of choice, the later before the earlier, and a sample to look at."""

from __future__ import annotations

import pytest

from factory_erp.documents.facts import texts
from factory_erp.documents.labels import LABELS
from factory_erp.documents.snapshot import Kind
from factory_erp.domain.errors import Conflict, InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.documents import DocumentOption
from factory_erp.models.partners import Company
from factory_erp.services.clock import today
from factory_erp.services.issuing.compose import Desk
from factory_erp.services.papers import options, sample
from factory_erp.services.papers.kinds import language_for, languages_of
from factory_erp.services.papers.options import HIDEABLE, Chosen, OptionInput, OptionView, option_list
from factory_erp.services.papers.options import set_option as set_over
from factory_erp.services.shipping.facts import load
from tests.documents.reading import said, words_of
from tests.services.papers.declared import Declared
from tests.services.shipping_factory import Factory

INVOICE, LIST = "commercial_invoice", "packing_list"


@pytest.fixture
def factory(db: Database) -> Factory:
    made = Factory(db)
    company = made.one(Company)
    made.change(Company, company.id, logo="a" * 64, signature="b" * 64, chop="c" * 64)
    return made


def chosen(factory: Factory, partner: int | None, kind: str, drafted: OptionView | None = None) -> Chosen:
    with factory.db.session() as session:
        return options.chosen_for(session, partner, kind, session.get_one(Company, 1), drafted)


def test_at_first_everything_stands_on_papers_but_the_signature(factory: Factory) -> None:
    found = chosen(factory, None, INVOICE)
    assert found.language == "bilingual"
    assert (found.options.logo, found.options.signature, found.options.chop) == ("a" * 64, "", "c" * 64)
    assert found.options.hidden == ()


def test_the_later_place_goes_before_the_earlier(factory: Factory) -> None:
    customer, other = factory.customer(), factory.customer("SUD")
    set_over(None, "", OptionInput(language="en", hidden=("bank",), signed_by="Li"))
    set_over(None, INVOICE, OptionInput(show_signature=True, certified=True))
    set_over(customer, "", OptionInput(language="de", show_logo=False))
    set_over(customer, INVOICE, OptionInput(hidden=(), certified=False))
    found = chosen(factory, customer, INVOICE)
    assert (found.language, found.options.hidden, found.options.certified) == ("de", (), False)
    assert (found.options.logo, found.options.signature, found.options.signed_by) == ("", "b" * 64, "Li")
    packing = chosen(factory, customer, LIST)
    assert (packing.language, packing.options.hidden, packing.options.signature) == ("de", ("bank",), "")
    assert chosen(factory, other, INVOICE).language == "en"
    assert chosen(factory, other, INVOICE).options.certified


def test_clauses_are_kept_by_language(factory: Factory) -> None:
    clauses = ({"en": "Drawn under L/C 1", "zh_CN": "信用证 1"}, {"en": "Second"})
    set_over(None, INVOICE, OptionInput(clauses=clauses))
    (view,) = (one for one in option_list() if one.kind == INVOICE)
    assert view.chosen.clauses == clauses
    assert chosen(factory, None, INVOICE).options.clauses == tuple(texts(one) for one in clauses)


def test_every_kind_has_its_place(factory: Factory) -> None:
    views = option_list()
    assert views[0] == OptionView(None, "", OptionInput(), 0)
    assert INVOICE in [view.kind for view in views]


def test_choosing_nothing_leaves_it_to_the_places_before(factory: Factory) -> None:
    set_over(None, INVOICE, OptionInput(language="fr"))
    set_over(None, INVOICE, OptionInput())
    assert factory.all(DocumentOption) == []
    assert not set_over(None, LIST, OptionInput()).changes


def test_a_form_saves_over_what_it_read(factory: Factory) -> None:
    set_over(None, INVOICE, OptionInput(language="fr"), 0)
    with pytest.raises(Conflict, match="Commercial invoice"):
        set_over(None, INVOICE, OptionInput(language="de"), 0)
    (view,) = (one for one in option_list() if one.kind == INVOICE)
    set_over(None, INVOICE, OptionInput(language="de"), view.version)
    with pytest.raises(Conflict):
        set_over(None, INVOICE, OptionInput(language="ru"), view.version)
    with pytest.raises(Conflict, match="Every document"):
        set_over(None, "", OptionInput(language="ru"), 3)
    assert chosen(factory, None, INVOICE).language == "de"


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("love_letter", OptionInput(), "kind"),
        (INVOICE, OptionInput(language="tlh"), "language"),
        (INVOICE, OptionInput(hidden=("amount",)), "hidden"),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    factory: Factory, kind: str, given: OptionInput, field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        set_over(None, kind, given)
    assert refused.value.field == field
    assert refused.value.remedy
    assert factory.all(DocumentOption) == []


def test_options_are_of_a_partner_that_there_is(factory: Factory) -> None:
    with pytest.raises(NotFound):
        set_over(77, "", OptionInput(language="en"))


def test_all_that_can_be_left_out_has_a_printed_name() -> None:
    assert set(HIDEABLE) <= set(LABELS)


def test_a_draft_is_taken_for_its_place_alone(factory: Factory) -> None:
    customer = factory.customer()
    set_over(customer, INVOICE, OptionInput(language="fr"))
    drafted = OptionView(None, "", OptionInput(language="ru", signed_by="Wang"))
    found = chosen(factory, customer, INVOICE, drafted)
    assert (found.language, found.options.signed_by) == ("fr", "Wang")
    assert chosen(factory, None, LIST, drafted).language == "ru"
    assert chosen(factory, None, LIST).language == "bilingual"


# the sample


def words(drafted: OptionView, kind: str = "") -> str:
    return words_of(sample.sample_pdf(drafted, kind))


def test_a_sample_shows_what_was_drafted(factory: Factory) -> None:
    plain = words(OptionView(None, "", OptionInput(language="en")))
    assert said("COMMERCIAL INVOICE") in plain
    assert said("Bank of Ningbo") in plain
    assert said("商业发票") not in plain
    clauses = ({"en": "As per the buyer's order"},)
    changed = words(OptionView(None, "", OptionInput(language="en", hidden=("bank",), clauses=clauses)))
    assert said("Bank of Ningbo") not in changed
    assert said("As per the buyer's order") in changed


def test_a_sample_is_to_the_customer(factory: Factory) -> None:
    customer = factory.customer()
    shown = words(OptionView(customer, LIST, OptionInput(language="en")))
    assert said("PACKING LIST") in shown
    assert said("Nordlicht Handels GmbH") in shown


def test_options_of_a_kind_without_a_sample_show_on_the_invoice(factory: Factory) -> None:
    drafted = OptionView(None, "booking_note", OptionInput(language="en", hidden=("bank",)))
    shown = words(drafted, INVOICE)
    assert said("COMMERCIAL INVOICE") in shown
    assert said("Bank of Ningbo") not in shown


@pytest.mark.parametrize("kind", sample.SHOWN)
def test_a_sample_is_drawn_of_each_kind(db: Database, kind: Kind) -> None:
    snapshot = sample.sample_snapshot(kind, "en", sample.sample_facts(None, sample.BUYER))
    assert snapshot.facts.carton_count == 96
    for language in ("bilingual", "ar", "th"):
        drafted = OptionView(None, kind, OptionInput(language=language))
        assert sample.sample_pdf(drafted).startswith(b"%PDF"), "also before the company is entered"


def test_customs_papers_are_in_english_and_chinese_only(factory: Factory) -> None:
    for kind in ("customs_declaration", "declaration_elements"):
        with pytest.raises(InvalidValue) as refused:
            options.set_option(None, kind, OptionInput(language="de"))
        assert (refused.value.field, "bilingual, en, zh_CN" in str(refused.value.remedy)) == (
            "language",
            True,
        )
        options.set_option(None, kind, OptionInput(language="zh_CN"))
    assert language_for("customs_declaration", "de") == "bilingual"
    assert language_for("customs_declaration", "en") == "en"
    assert language_for(INVOICE, "de") == "de"
    assert languages_of("") == languages_of(INVOICE)


def test_a_customs_paper_in_the_buyer_s_language_is_in_both(db: Database) -> None:
    declared = Declared(db)
    shipment = declared.shipment()
    options.set_option(None, "", OptionInput(language="de"))
    with db.session() as session:
        desk = Desk(session, load(session, shipment))
        drawn = {
            (kind, wanted): desk.snapshot(kind, day=today(), language=wanted).language
            for kind in ("declaration_elements", INVOICE)
            for wanted in (None, "fr", "en")
        }
    assert drawn == {
        ("declaration_elements", None): "bilingual",
        ("declaration_elements", "fr"): "bilingual",
        ("declaration_elements", "en"): "en",
        (INVOICE, None): "de",
        (INVOICE, "fr"): "fr",
        (INVOICE, "en"): "en",
    }
