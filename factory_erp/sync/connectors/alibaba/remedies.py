"""What a person does about each refusal of the product and order calls, by the platform's code."""

from __future__ import annotations

from factory_erp.i18n import N_, _

_WORDS = {
    "B_CATEGORY_PREDICT_FAIL": N_("Choose the category by hand."),
    "BUSINESS_CATEGORY_NOT_EXIST": N_("Choose another category: the platform does not have this one."),
    "B_PRODUCT_PARAM_INVALID": N_("Check the listing's fields against the platform's rules."),
    "B_PRODUCT_NOT_FOUND": N_("The listing is no longer on the platform: publish it again."),
    "B_TITLE_NOT_FOUND": N_("Give the listing a title."),
    "B_PRICE_ALL_NULL": N_("Give the listing or each of its variants a price."),
    "B_PRICE_CONFLICT": N_("Set either the listing's price tiers or the prices of its variants, not both."),
    "B_MIN_PRICE_RANGE_INVALID": N_("The lowest price must be below the highest."),
    "B_PRICE_SEQUENCE_INVALID": N_("Each price tier must be cheaper than the one before it, and none twice."),
    "B_PRICE_SCALE_INVALID": N_("Round the prices to two decimals."),
    "B_INVENTORY_ALL_NULL": N_("Give the stock of the listing or of its variants."),
    "B_INVENTORY_CONFLICT": N_("Set either the listing's stock or that of its variants, not both."),
    "B_CONTAINS_INVALID_IMAGE": N_("Replace the picture that the platform cannot read."),
    "B_IMAGE_UPLOAD_FAILED": N_("Check the pictures: JPEG or PNG, at most 5 MB each."),
    "B_KEYWORD_NOT_FOUND": N_("Give the listing at least one keyword."),
    "SIZE_TOO_LARGE": N_("Make the picture smaller than 5 MB."),
    "402": N_("A field is missing or wrong: check the carrier, the tracking number and the order number."),
    "isv.402": N_(
        "A field is missing or wrong: check the carrier, the tracking number and the order number."
    ),
    "403": N_("Authorise the program with the main account of the shop, then try again."),
    "404": N_("The platform does not know the order: check its number and the account."),
}


def remedy(code: str) -> str:
    """The next step after a refusal with *code*, in the user's language; "" for a code without one.

    Batch answers join several codes by semicolons: the first that is known counts.
    """
    # The same number comes with and without "isv." in front.
    known = (part.strip().removeprefix("isv.") for part in code.split(";"))
    return next((_(_WORDS[part]) for part in known if part in _WORDS), "")
