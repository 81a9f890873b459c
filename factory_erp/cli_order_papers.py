"""Papers of orders, purchases and production on the command line: ``factory-erp papers order …``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from factory_erp.cli_shared import DataOption, JsonOption, document_language, factory, say

if TYPE_CHECKING:
    from factory_erp.documents.snapshot import Kind

LanguageOption = Annotated[
    str, typer.Option("--language", help="en, zh_CN, bilingual, es …; as the partner has it if left out.")
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder that the file goes to.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why it is issued again.")]


def order_paper(
    number: Annotated[str, typer.Argument(help="Number of the sales order.")],
    kind: Annotated[str, typer.Argument(help="proforma_invoice or sales_contract.")] = "proforma_invoice",
    language: LanguageOption = "",
    reason: ReasonOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue the proforma invoice or the contract of a sales order, as it stands or as a new revision."""
    from factory_erp.services.issuing import issue
    from factory_erp.services.sales import views

    with factory(data):
        order = views.order_numbered(number)
        made = issue.issue_for_order(
            order, cast("Kind", kind), document_language(language), reason=reason
        ).value
    say({"documents": [asdict(made)]}, as_json)


def purchase_paper(
    number: Annotated[str, typer.Argument(help="Number of the purchase order.")],
    language: LanguageOption = "",
    reason: ReasonOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue the order to a supplier, as it stands or as a new revision."""
    from factory_erp.services.issuing import issue
    from factory_erp.services.purchasing import views

    with factory(data):
        purchase = views.purchase_numbered(number)
        made = issue.issue_for_purchase(purchase, document_language(language), reason=reason).value
    say({"documents": [asdict(made)]}, as_json)


def inspection_paper(
    number: Annotated[str, typer.Argument(help="Number of the purchase order.")],
    language: LanguageOption = "bilingual",
    out: OutOption = Path(),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save the inspection order of what is still to come of a purchase."""
    from factory_erp.services.issuing import inspection
    from factory_erp.services.purchasing import views

    with factory(data):
        purchase = views.purchase_numbered(number)
        content = inspection.inspection_paper(purchase, document_language(language) or "bilingual").content
    _save(out, f"{number}-inspection.pdf", content, as_json)


def traveller_paper(
    numbers: Annotated[list[str], typer.Argument(help="Production orders, or batches of a matrix.")],
    language: LanguageOption = "bilingual",
    out: OutOption = Path(),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save the travellers of production orders, several as one PDF."""
    from factory_erp.services.production import travellers

    with factory(data):
        content = travellers.travellers_numbered(numbers, document_language(language) or "bilingual")
    name = numbers[0] if len(numbers) == 1 else "travellers"
    _save(out, f"{name}.pdf", content, as_json)


def _save(folder: Path, name: str, content: bytes, as_json: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    say({"files": [str(path)]}, as_json)


def add_to(app: typer.Typer) -> None:
    """Put the commands into *app*."""
    app.command("order")(order_paper)
    app.command("purchase")(purchase_paper)
    app.command("inspection")(inspection_paper)
    app.command("traveller")(traveller_paper)
