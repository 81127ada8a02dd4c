"""The document for a storefront that asks us directly instead of reading the checkout's metadata."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from plugin.errors import SaleorRefused, TryAgain
from plugin.saleor.translate import Checkout, checkout_from
from plugin.shop import Shop
from plugin.store import catalogue, channels, preferences, suggestions_shown
from plugin.suggestions.document import document
from plugin.suggestions.eligibility import is_welcome
from plugin.suggestions.model import Basket, BasketLine, ChannelId, VariantId
from plugin.suggestions.preferences import Preferences
from plugin.use_cases.suggest_for_basket import suggest_for_basket

FRESH_FOR = timedelta(minutes=10)
"""A document older than this may show a price or stock of yesterday: the checkout is looked at again."""

SEEN_FOR = timedelta(minutes=1)
"""Whoever asks again meanwhile costs Saleor nothing, even for a checkout that does not exist."""

MOST_SEEN = 1_000

AT_ONCE = 2
"""Requests of one process that may wait for Saleor; anybody can ask, and the other threads are for webhooks."""

SHOPPERS_WAIT = 2.0
"""Seconds; a page is better without suggestions than late."""


class Glances:
    """Looks at checkouts in Saleor while a shopper waits: few at once, each one once a minute. One per process."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], tuple[datetime, Checkout | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def at(self, shop: Shop, checkout_id: str, now: datetime) -> Checkout | None:
        """The checkout as Saleor has it, or had it a minute ago at most; None when there is none.

        Raises:
            TryAgain: others wait for Saleor already, or it did not answer in time.
        """
        which = (shop.installation.key, checkout_id)
        with self._lock:
            at, checkout = self._seen.get(which, (None, None))
        if at is not None and at > now - SEEN_FOR:
            return checkout
        if not self._free.acquire(blocking=False):
            raise TryAgain("enough shoppers wait for Saleor already")
        try:
            checkout = _as_it_is(shop, checkout_id)
        finally:
            self._free.release()
        with self._lock:
            self._seen[which] = (now, checkout)
            self._seen.move_to_end(which)
            while len(self._seen) > MOST_SEEN:
                self._seen.popitem(last=False)
        return checkout


def suggest_for_lines(
    shop: Shop, lines: Sequence[BasketLine], channel_slug: str, placement: str, now: datetime
) -> dict[str, Any]:
    """For a basket or a product page given by variants. Saleor is not asked. An unknown channel has nothing to offer."""
    channel = channels.by_slug(shop.db, channel_slug)
    suggestions = suggest_for_basket(shop, channel.id, lines, now) if channel and channel.active else []
    return document(suggestions, lines, placement, now)


def suggest_for_checkout(shop: Shop, checkout_id: str, now: datetime, glances: Glances) -> dict[str, Any]:
    """For a checkout: the last document made for it while it holds, else one made now from the checkout as Saleor has it."""
    chosen = preferences.get(shop.db)
    if not chosen.suggesting:
        return document([], [], "checkout", now)
    kept = suggestions_shown.still_meant(shop.db, checkout_id, (now - FRESH_FOR).isoformat())
    if kept is not None and _can_be_had(shop, *kept, chosen):
        return kept[0]

    checkout = glances.at(shop, checkout_id, now)
    if checkout is None:
        return document([], [], "checkout", now)
    suggestions = [] if checkout.paying else suggest_for_basket(shop, checkout.channel, checkout.lines, now)
    return document(suggestions, checkout.lines, "checkout", now)


def _can_be_had(shop: Shop, kept: Mapping[str, Any], channel: str, chosen: Preferences) -> bool:
    """Whether all it offers can still be bought there, and is not excluded."""
    variants = [
        VariantId(piece["variantId"])
        for told in kept["suggestions"]
        for piece in (told["bundle"]["members"] if "bundle" in told else [told])
        if piece.get("missing", 1)
    ]
    numbers = {number for _product, number in catalogue.products_of(shop.db, variants).values()}
    somewhere = Basket(ChannelId(channel), ())
    welcome = {
        variant.id
        for offer in catalogue.offers(shop.db, somewhere.channel, numbers).values()
        if is_welcome(offer, somewhere, chosen)
        for variant in offer.variants
    }
    return welcome.issuperset(variants)


def _as_it_is(shop: Shop, checkout_id: str) -> Checkout | None:
    try:
        node = shop.saleor.ask("checkout", {"id": checkout_id}, SHOPPERS_WAIT)["checkout"]
    except SaleorRefused:
        return None  # an id that Saleor cannot read is no checkout either
    return None if node is None else checkout_from(node)
