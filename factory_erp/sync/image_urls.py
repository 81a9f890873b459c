"""Pictures of a product from web addresses, each fetched safely; one that fails stops none of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.base import Changes
from factory_erp.services.files.images import add_image
from factory_erp.services.files.pictures import MAX_BYTES
from factory_erp.services.progress import Progress, Quiet
from factory_erp.sync.http.fetch import FetchedImage, fetch_image


@dataclass(frozen=True, slots=True)
class UrlOutcome:
    """What became of one address: the picture's id, or why there is none and what to do."""

    url: str
    image_id: int | None
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class AddedFromUrls:
    """What became of each address that was tried, in order; those after a cancel are left out."""

    outcomes: tuple[UrlOutcome, ...]
    changes: Changes

    @property
    def value(self) -> tuple[UrlOutcome, ...]:
        """What a job's listener gets."""
        return self.outcomes


def add_images_from_urls(
    product_id: int,
    urls: Iterable[str],
    progress: Progress | None = None,
    *,
    item_id: int | None = None,
    fetch: Callable[[str], FetchedImage] = fetch_image,
) -> AddedFromUrls:
    """Fetch the pictures and add them to the product (or its item) in order; the same address is asked once.

    A picture larger than platforms take is made smaller. Adding the same picture again finds the first.
    """
    watch = progress or Quiet()
    wanted = list(dict.fromkeys(text for url in urls if (text := url.strip())))
    outcomes: list[UrlOutcome] = []
    changed: dict[str, frozenset[int]] = {}
    for number, url in enumerate(wanted):
        if watch.cancelled:
            break
        watch.report(number, len(wanted), _("Fetching pictures"))
        try:
            found = fetch(url).bytes
            added = add_image(product_id, item_id, found, shrink=len(found) > MAX_BYTES)
        except DomainError as error:
            outcomes.append(UrlOutcome(url, None, error.message, error.remedy))
            continue
        outcomes.append(UrlOutcome(url, added.value))
        for kind, ids in added.changes.items():
            changed[kind] = changed.get(kind, frozenset()) | ids
    watch.report(len(outcomes), len(wanted), _("Fetching pictures"))
    return AddedFromUrls(tuple(outcomes), changed)
