from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.documents.wording import participle, past_tense, states, third_person

CLAUSES = (
    (
        "one set of non-negotiable documents must be sent to the applicant within 2 days after shipment",
        "one set of non-negotiable documents has been sent to the applicant within 2 days after shipment",
    ),
    (
        "BENEFICIARY'S CERTIFICATE CERTIFYING THAT ONE SET OF NON-NEGOTIABLE SHIPPING\nDOCUMENTS MUST BE "
        "SENT TO THE APPLICANT BY DHL WITHIN 3 DAYS AFTER SHIPMENT.",
        "WE HEREBY CERTIFY THAT ONE SET OF NON-NEGOTIABLE SHIPPING DOCUMENTS HAS BEEN SENT TO THE APPLICANT "
        "BY DHL WITHIN 3 DAYS AFTER SHIPMENT.",
    ),
    (
        "+ 1/3 original B/L and one set of documents should be sent directly to the applicant by courier",
        "1/3 original B/L and one set of documents have been sent directly to the applicant by courier",
    ),
    (
        "Copies of the invoice and packing list are to be faxed to the applicant on the date of shipment",
        "Copies of the invoice and packing list have been faxed to the applicant on the date of shipment",
    ),
    (
        "Beneficiary to advise the applicant of shipment details by e-mail within 48 hours",
        "Beneficiary has advised the applicant of shipment details by e-mail within 48 hours",
    ),
    (
        "The beneficiary must advise applicant within 3 days",
        "The beneficiary has advised applicant within 3 days",
    ),
    ("Each carton must bear the shipping mark NORDLYS", "Each carton bears the shipping mark NORDLYS"),
    ("all cartons must show the country of origin", "all cartons show the country of origin"),
    (
        "Goods must not be shipped in vessels older than 15 years",
        "Goods have not been shipped in vessels older than 15 years",
    ),
    (
        "packing must be in cartons and the goods shall be packed for export",
        "packing is in cartons and the goods have been packed for export",
    ),
    (
        "one original invoice has to be legalised and two copies have to be attached",
        "one original invoice has been legalised and two copies have been attached",
    ),
    (
        "Statement from the beneficiary stating that wooden packing material is to be treated and marked "
        "under ISPM 15",
        "We hereby certify that wooden packing material has been treated and marked under ISPM 15",
    ),
    ("No wood packing material will be used", "No wood packing material has been used"),
    (
        "certificate to the effect that a copy of the shipping advice has been sent",
        "We hereby certify that a copy of the shipping advice has been sent",
    ),
    (
        "Shipment samples must have been sent to the buyer before shipment",
        "Shipment samples have been sent to the buyer before shipment",
    ),
    (
        "One copy of the invoice is sent to the applicant",
        "One copy of the invoice has been sent to the applicant",
    ),
    ("1) Quality of goods shall conform to the sample", "Quality of goods conforms to the sample"),
    ("the goods must be new and must be free of defects", "the goods are new and are free of defects"),
    (
        "one set of documents must be sent to the applicant and a copy must be e-mailed to the notify",
        "one set of documents has been sent to the applicant and a copy has been e-mailed to the notify",
    ),
    (
        "Two sets of keys must be put in the container, and photos should be emailed",
        "Two sets of keys have been put in the container, and photos have been emailed",
    ),
    ("DOCUMENTS TO BE PRESENTED IN ONE LOT", "DOCUMENTS HAVE BEEN PRESENTED IN ONE LOT"),
    ("cartons must not bear the name of the seller", "cartons do not bear the name of the seller"),
    ("the test report shall promptly be forwarded", "the test report has promptly been forwarded"),
)


@pytest.mark.parametrize(("clause", "done"), CLAUSES)
def test_what_must_be_done_is_said_as_done(clause, done):
    assert past_tense(clause) == done


@pytest.mark.parametrize("clause", [clause for clause, _done in CLAUSES])
def test_said_twice_it_stays_the_same(clause):
    once = past_tense(clause)
    assert past_tense(once) == once


@pytest.mark.parametrize(
    "text", ["", "   ", "受益人证明", "FOB NINGBO", "3/3 SET CLEAN ON BOARD", "invoice value 100 %"]
)
def test_what_is_no_duty_stays(text):
    assert past_tense(text) == text.strip()


@pytest.mark.parametrize(
    ("clause", "stated"),
    [
        ("WEIGHT CERTIFICATE IN DUPLICATE", False),
        ("+ INSPECTION CERTIFICATE ISSUED BY SGS IN 1 ORIGINAL AND 2 COPIES", False),
        ("Beneficiary's signed certificate in 1 fold", False),
        ("", False),
        ("WEIGHT CERTIFICATE CERTIFYING THE GROSS WEIGHT", True),
        ("BENEFICIARY'S CERTIFICATE: ONE SET OF DOCUMENTS HAS BEEN SENT TO THE APPLICANT", True),
        ("ONE SET OF DOCUMENTS TO BE SENT BY COURIER", True),
    ],
)
def test_a_clause_that_only_names_its_paper_states_nothing(clause, stated):
    assert states(clause) is stated


@given(st.text(max_size=200))
def test_any_text_is_answered(text):
    assert isinstance(past_tense(text), str)


def test_a_hostile_clause_takes_no_time():
    assert past_tense("certificate " * 3000 + "must be " * 3000)


def test_forms_of_verbs():
    verbs = ("send", "advise", "carry", "fax", "ship", "inspect", "employ")
    assert [participle(verb) for verb in verbs] == [
        "sent", "advised", "carried", "faxed", "shipped", "inspected", "employed",
    ]  # fmt: skip
    assert [third_person(verb) for verb in ("show", "carry", "be", "match")] == [
        "shows",
        "carries",
        "is",
        "matches",
    ]
