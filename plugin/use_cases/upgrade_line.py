"""A shopper takes an upgrade: the old line out, the better variant in, in one mutation of Saleor's that does both or nothing.

What Saleor does not do there is done here: it checks the publication of the wrong variant as often as of the right one, and
drops what was noted on the old line (seen on 3.23).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.errors import Gone, NotFound, SaleorRefused, TryAgain
from plugin.saleor.translate import LinePrices, PricedCheckout, priced_checkout_from
from plugin.shop import Shop
from plugin.store import responses
from plugin.store.database import writing
from plugin.store.turns import turn
from plugin.suggestions.model import VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.hold_prices import NOTE_KEY, NOTHING_PROMISED, PART_FOR_OTHERS, Held, settle
from plugin.use_cases.refresh_catalogue import stamp
from plugin.use_cases.upgrade_promise import Swap, demand_as_promised, left, line_to_swap

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What came of it: whether the line was swapped now, and how the checkout stands."""

    swapped: bool
    held: Held


@dataclass(frozen=True, slots=True)
class Notes:
    """What was noted on a line, for everybody and for staff."""

    public: Mapping[str, str]
    private: Mapping[str, str]


def upgrade_line(shop: Shop, checkout_id: str, swap: Swap, now: datetime, seconds: float) -> Upgraded:
    """Swap the line; asked twice, only say how the checkout stands. `seconds`: how long the shopper waits for us.

    Raises:
        NotFound: no such checkout.
        Gone: the upgrade cannot be had as it was offered; the basket is unchanged.
        TryAgain, SaleorTrouble: not in time.
    """
    until = time.monotonic() + seconds
    with turn(shop.db, f"checkout:{checkout_id}", seconds * PART_FOR_OTHERS):
        checkout, notes = _checkout(shop, checkout_id, until)
        if _was_swapped(checkout, swap):
            return Upgraded(False, Held(checkout, NOTHING_PROMISED, False))
        line = line_to_swap(shop, checkout, swap, now)
        demand_as_promised(shop, checkout, swap, now, until)
        # before: whatever becomes of us, somebody looks at the prices
        with writing(shop.db):
            responses.swap(shop.db, checkout.id, {line.variant, line.product}, stamp(now))
            plan_work.follow_own_change(shop, checkout.id, now)
        after = _swapped(shop, checkout, swap, line, notes[line.id].public, until)
        _note_privately(shop, after, swap.new, notes[line.id].private, until)
        with writing(shop.db):
            responses.swap(shop.db, checkout.id, {line.variant, line.product}, stamp(now))
            responses.take(shop.db, checkout.id, {swap.new}, stamp(now), "upgrade")
        return Upgraded(True, _settled(shop, after, now, until))


def _checkout(shop: Shop, checkout_id: str, until: float) -> tuple[PricedCheckout, dict[str, Notes]]:
    try:
        node = shop.saleor.ask("checkout_line_notes", {"id": checkout_id}, left(until))["checkout"]
    except SaleorRefused as error:
        raise NotFound("there is no such checkout") from error
    if node is None:
        raise NotFound("there is no such checkout")
    notes = {
        line["id"]: Notes(_pairs(line["metadata"]), _pairs(line["privateMetadata"])) for line in node["lines"]
    }
    return priced_checkout_from(node), notes


def _was_swapped(checkout: PricedCheckout, swap: Swap) -> bool:
    """A second click: the new one is there, and the old one is not."""
    bought = {line.variant for line in checkout.lines if not line.gift}
    return swap.new in bought and swap.old not in bought


def _swapped(
    shop: Shop,
    checkout: PricedCheckout,
    swap: Swap,
    line: LinePrices,
    public: Mapping[str, str],
    until: float,
) -> PricedCheckout:
    """The one mutation. What is noted on the old line for everybody goes with it."""
    new = {"variantId": swap.new, "quantity": line.quantity, "metadata": _as_input(public)}
    asked = {"id": checkout.id, "lines": [{"lineId": line.id, "quantity": 0}, new]}
    try:
        answer = shop.saleor.ask("swap_line", asked, left(until))
    except SaleorRefused as error:
        raise Gone(f"it cannot be swapped now: {error}") from error
    return priced_checkout_from(answer["checkoutLinesUpdate"]["checkout"])


def _note_privately(
    shop: Shop, after: PricedCheckout, new: VariantId, private: Mapping[str, str], until: float
) -> None:
    """What is noted for staff goes with it too, but for our own note of a bundle. The shopper's swap is done either way."""
    noted = {key: value for key, value in private.items() if key != NOTE_KEY}
    for line in after.lines:
        if noted and line.variant == new:
            try:
                shop.saleor.ask("note_on_line", {"id": line.id, "input": _as_input(noted)}, left(until))
            except TryAgain as error:
                log.warning("%s: the notes of a swapped line were lost: %s", shop.installation.api_url, error)


def _settled(shop: Shop, after: PricedCheckout, now: datetime, until: float) -> Held:
    """The better one may make a set whole. When that cannot be priced in time, the worker does it."""
    try:
        return settle(shop, after, now, until)
    except (NotFound, TryAgain) as error:
        log.info("%s: a swapped line is priced later: %s", shop.installation.api_url, error)
        return Held(after, NOTHING_PROMISED, False)


def _pairs(noted: list[dict[str, Any]]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in noted}


def _as_input(noted: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in noted.items()]
