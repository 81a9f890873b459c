"""A drop folder: for platforms without an interface and orders that an agency types."""

from factory_erp.domain.listings import ListingRules
from factory_erp.i18n import N_
from factory_erp.sync.connectors.dropfolder.connector import DropFolderConnector
from factory_erp.sync.connectors.dropfolder.folder import FOLDER
from factory_erp.sync.connectors.spec import Capability, Option, PlatformSpec

RULES = ListingRules(
    title_length=500,
    description_length=30_000,
    attribute_length=2_000,
    price_places=4,
    needs_category=False,
)
"""What a table holds; whoever types the listing in knows the platform's own limits."""

SPEC = PlatformSpec(
    code="dropfolder",
    title=N_("Drop folder"),
    connect=DropFolderConnector,
    capabilities=frozenset(
        {
            Capability.ORDERS,
            Capability.SHIPMENTS,
            Capability.PARTIAL_SHIPMENTS,
            Capability.LISTINGS,
            Capability.PRICES,
            Capability.STOCK,
            Capability.LEAD_TIMES,
            Capability.IMAGES,
            Capability.MESSAGES,
            Capability.RFQS,
        }
    ),
    rules=RULES,
    options=(
        Option(
            FOLDER,
            N_("Folder"),
            N_("Orders are read from its folder 'in', shipments and listings are written to 'out'."),
            folder=True,
        ),
    ),
    needs_secret=False,
    languages=("en", "zh", "es", "fr", "de", "ru", "pt", "ar", "ja", "ko"),
    notes=(
        N_("For platforms without an interface: tables in a folder instead of calls."),
        N_("Give every account a folder of its own; all PCs must see it under the same path."),
        N_("Files that were read are moved to 'done'. Leave the files in 'sent' where they are."),
    ),
)
"""What the program knows of a drop folder."""

__all__ = ["RULES", "SPEC", "DropFolderConnector"]
