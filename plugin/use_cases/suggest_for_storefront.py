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
from plugin.store.database import writing
from plugin.suggestions.document import cut, document
from plugin.suggestions.model import BasketLine, ChannelId, Offer, Suggestion, VariantId
from plugin.suggestions.placements import BASKET, limits
from plugin.suggestions.preferences import Preferences
from plugin.use_cases.change_rules import rulebook
from plugin.use_cases.inject_into_checkout import asked_for
from plugin.use_cases.look_at_checkout import ask_for_checkout
from plugin.use_cases.next_best_offer import Asked, next_best_offer

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
    """For a basket or a product page given by variants; without any, for an empty basket. Saleor is not asked.

    An unknown channel has nothing to offer.
    """
    chosen = preferences.get(shop.db)
    channel = channels.by_slug(shop.db, channel_slug)
    made: Sequence[Suggestion] = ()
    if channel and channel.active:
        made = next_best_offer(shop, Asked(channel.id, lines, placement), now).chosen
    return document(made, lines, placement, now, limits(chosen))


def suggest_for_checkout(
    shop: Shop, checkout_id: str, now: datetime, glances: Glances, placement: str = BASKET
) -> dict[str, Any]:
    """For a checkout: the last document made for it while it holds, else one made now from the checkout as Saleor has it."""
    return cut(_for_checkout(shop, checkout_id, now, glances), placement)


def _for_checkout(shop: Shop, checkout_id: str, now: datetime, glances: Glances) -> dict[str, Any]:
    chosen = preferences.get(shop.db)
    if not chosen.suggesting:
        return document([], [], "checkout", now)
    kept = suggestions_shown.still_meant(shop.db, checkout_id, (now - FRESH_FOR).isoformat())
    if kept is not None and _holds(shop, *kept, now) and _can_be_had(shop, *kept, chosen):
        return kept[0]

    checkout = glances.at(shop, checkout_id, now)
    if checkout is None:
        return document([], [], "checkout", now)
    if checkout.paying:
        return document([], checkout.lines, "checkout", now, limits(chosen))
    decision = next_best_offer(shop, asked_for(checkout), now)
    made = document(decision.chosen, checkout.lines, "checkout", now, limits(chosen))
    with writing(shop.db):  # what was shown can be taken and declined
        suggestions_shown.keep(
            shop.db, checkout.id, made, checkout.channel, decision.withheld, decision.tried
        )
    return made


def _holds(shop: Shop, kept: Mapping[str, Any], channel: str, now: datetime) -> bool:
    """Whether no rule of the merchant began or ended since."""
    since = rulebook(shop, ChannelId(channel), now).since
    return str(kept["madeAt"]) >= since.strftime("%Y-%m-%dT%H:%M:%SZ")


def _can_be_had(shop: Shop, kept: Mapping[str, Any], channel: str, chosen: Preferences) -> bool:
    """Whether all it offers can still be bought there, and is not excluded."""
    variants = [
        VariantId(piece["variantId"])
        for told in kept["suggestions"]
        for piece in (told["bundle"]["members"] if "bundle" in told else [told])
        if piece.get("missing", 1)
    ]
    numbers = {number for _product, number in catalogue.products_of(shop.db, variants).values()}
    unwanted = frozenset(
        (*chosen.excluded_products, *chosen.excluded_categories, *chosen.sensitive_categories)
    )
    welcome = {
        variant.id
        for offer in catalogue.offers(shop.db, ChannelId(channel), numbers).values()
        if unwanted.isdisjoint(_names(offer))
        for variant in offer.variants
    }
    return welcome.issuperset(variants)


def _names(offer: Offer) -> tuple[str, ...]:
    """By which it may be unwanted."""
    return (offer.id, *offer.categories, *filter(None, [offer.category]))


def _as_it_is(shop: Shop, checkout_id: str) -> Checkout | None:
    try:
        node = ask_for_checkout(shop, "checkout", {"id": checkout_id}, SHOPPERS_WAIT)["checkout"]
    except SaleorRefused:
        return None  # an id that Saleor cannot read is no checkout either
    return None if node is None else checkout_from(node, shop.installation.buyer_key)
