"""Who stands on the papers: names, streets, persons, and the town where papers are signed."""

from __future__ import annotations

import pytest

from factory_erp.checking.demands import Demand
from factory_erp.documents.facts import Party
from factory_erp.documents.snapshot import DocumentSnapshot, Kind
from factory_erp.documents.stored import from_json
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from factory_erp.models.partners import AddressUse, Company, Partner, PartnerAddress
from factory_erp.models.shipping import Shipment
from factory_erp.models.variants import OptionText, OptionValue
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing.trade_details import certificate
from factory_erp.services.shipping.facts import description
from factory_erp.services.shipping.parties import at_delivery, buyer_of, consignee_of, town_of
from tests.services.papers.papers_factory import PapersFactory


@pytest.fixture
def factory(db: Database) -> PapersFactory:
    return PapersFactory(db)


def stated(factory: PapersFactory, kind: str) -> DocumentSnapshot:
    (row,) = (one for one in factory.all(Document) if one.kind == kind)
    return from_json(row.snapshot)


@pytest.mark.parametrize("kind", ["proforma_invoice", "sales_contract"])
def test_a_platform_buyer_stands_where_his_order_goes(factory: PapersFactory, kind: Kind) -> None:
    shipping = PartnerAddress(use=AddressUse.SHIPPING, street="Elsewhere 9", city="Berlin", country="DE")
    order = factory.order(
        factory.customer(addresses=[shipping]), [(factory.cup(), "120", "3.5")],
        ship_to="Eva Brandt +49 40 5550123\nHafenstrasse 5\nHamburg 20457\nGermany",
    )  # fmt: skip
    issuing.issue_for_order(order, kind, client_key="k")
    party = stated(factory, kind).facts.consignee
    assert party.address_lines == ("Hafenstrasse 5", "Hamburg 20457")
    assert (party.contact, party.phone, party.country) == ("Eva Brandt", "+49 40 5550123", "DE")


def test_without_a_delivery_address_his_own_stands_there(factory: PapersFactory) -> None:
    shipping = PartnerAddress(use=AddressUse.SHIPPING, street="Elsewhere 9", city="Berlin", country="DE")
    buyer = factory.customer(addresses=[shipping])
    order = factory.order(buyer, [(factory.cup(), "120", "3.5")], ship_to="")
    issuing.issue_for_order(order, "sales_contract", client_key="k")
    assert stated(factory, "sales_contract").facts.consignee.address_lines == ("Elsewhere 9", "Berlin")


def test_buyer_and_consignee_are_reached_in_the_same_form(factory: PapersFactory) -> None:
    main = PartnerAddress(
        use=AddressUse.MAIN, street="Tower 4", city="Dubai", country="AE", contact="Salma Qadiri",
        phone="+971 4 555 0193",
    )  # fmt: skip
    buyer = factory.customer(name="Oasis LLC", country="AE", email="imports@oasis.test", addresses=[main])
    order = factory.order(
        buyer, [(factory.cup(), "120", "3.5")], ship_to="Salma Qadiri +971 4 555 0193\nQuay 7\nDubai",
    )  # fmt: skip
    shipment = factory.loaded(order, destination_country="AE")
    with factory.db.session() as session:
        row = session.get_one(Shipment, shipment)
        parties = (consignee_of(row), buyer_of(row))
    assert [party.address_lines for party in parties] == [("Quay 7", "Dubai"), ("Tower 4", "Dubai")]
    for party in parties:
        assert reach(party) == ("Salma Qadiri", "+971 4 555 0193", "imports@oasis.test")


def reach(party: Party) -> tuple[str, str, str]:
    return party.contact, party.phone, party.email


@pytest.mark.parametrize(
    ("ship_to", "lines", "contact", "phone"),
    [
        ("Forwarder Ltd\nJan Lind +46 8 5550 11\nKajen 3\nMalmo", ("Forwarder Ltd", "Kajen 3", "Malmo"),
         "Jan Lind", "+46 8 5550 11"),
        ("2-1 Marunouchi\nTokyo 100-0005\nGermany", ("2-1 Marunouchi", "Tokyo 100-0005"), "", ""),
        ("Hafenstrasse 5\n20457 Hamburg", ("Hafenstrasse 5", "20457 Hamburg"), "", ""),
        ("+49 40 5550123\nKai 1\nBremen", ("Kai 1", "Bremen"), "", "+49 40 5550123"),
    ],
)  # fmt: skip
def test_only_a_telephone_above_the_street_is_taken_out(
    ship_to: str, lines: tuple[str, ...], contact: str, phone: str
) -> None:
    party = at_delivery(Partner(name="N", phone="", name_local="", email="", tax_id=""), ship_to, "DE")
    assert (party.address_lines, party.contact, party.phone) == (lines, contact, phone)


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("No. 66 Cihu East Road, Jiangbei District\nNingbo 315033, Zhejiang", "Ningbo"),
        ("8 Harbour Road\nNingbo", "Ningbo"),
        ("8 Harbour Road, Ningbo 315000, China", "Ningbo"),
        ("8 Harbour Road\n315000 Ningbo, P.R. China\nChina", "Ningbo"),
        ("8 Harbour Road", "8 Harbour Road"),
        ("", ""),
    ],
)
def test_papers_are_signed_in_the_town_without_its_postcode(address: str, town: str) -> None:
    assert town_of(Company(address_en=address, country="CN")) == town


def test_a_clause_that_only_names_the_certificate_gives_the_usual_text() -> None:
    def said(text: str) -> str:
        made = certificate("weight_certificate", "INV-1", Demand("certificate", 2, 0, text))
        return dict(made.statements[0])["en"]

    assert said("WEIGHT CERTIFICATE IN DUPLICATE").startswith("We hereby certify that the weights stated")
    assert said("WEIGHT CERTIFICATE CERTIFYING THAT GOODS WERE WEIGHED").endswith("GOODS WERE WEIGHED")


def test_options_are_said_in_the_language_of_the_name() -> None:
    names = [
        ItemText(language=code, name=name) for code, name in (("en", "Cup"), ("zh_CN", "杯"), ("de", "Tasse"))
    ]
    logo = OptionValue(
        code="N", texts=[OptionText(language="en", name="No logo"), OptionText(language="zh_CN", name="无标")]
    )
    item = Item(sku="C", options="500 ml / No logo", texts=names, option_values=[logo])
    assert dict(description(item)) == {
        "en": "Cup, 500 ml / No logo", "zh_CN": "杯, 500 ml / 无标", "de": "Tasse, 500 ml",
    }  # fmt: skip


def test_an_option_stays_where_no_name_is_in_its_language() -> None:
    item = Item(
        sku="C", options="Matte black", texts=[ItemText(language="zh_CN", name="杯")], option_values=[]
    )
    assert dict(description(item)) == {"zh_CN": "杯, Matte black"}
