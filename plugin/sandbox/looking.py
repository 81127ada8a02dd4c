"""What happens when somebody looks at a checkout: discounts and prices are worked out then, and kept for an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from plugin.sandbox.kernel import Kernel
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.till import Till

PRICES_LAST = timedelta(hours=1)
"""Saleor's CHECKOUT_PRICES_TTL: a promotion that starts or ends meanwhile is felt at the next change, or then."""

Remembered = dict[str, Checkout]
"""Checkouts whose discounts one request has worked out and not kept in full, by id."""


def fresh(kernel: Kernel, checkout: Checkout, remembered: Remembered | None = None) -> Checkout:
    """The checkout as it is now, with its prices."""
    with kernel.lock:
        known = kernel.state.checkouts.get(checkout.id, checkout)
        now = kernel.clock()
        if known.prices and now < known.prices.until:
            return known
        till, until = Till(kernel.state, now), now + PRICES_LAST
        found = (remembered or {}).get(known.id)
        if found is None:
            found = known if _has_discounts(kernel, known) else till.recalculated(known)
        priced = replace(found, prices=till.prices(found, until), discounts_until=until)
        if known.id in kernel.state.checkouts:
            kernel.state.checkouts[known.id] = priced
        return priced


def with_lines(kernel: Kernel, checkout: Checkout, remembered: Remembered) -> Checkout:
    """The checkout as it is now, for whoever asks for its lines.

    Saleor works discounts out for that, in case there is a gift, and keeps that it did; but the amount of an order
    promotion it keeps only when the same request asks for a price too. Otherwise the promotion is lost until the
    next change: it is there, with an amount of nothing.
    """
    with kernel.lock:
        known = kernel.state.checkouts.get(checkout.id, checkout)
        if _has_discounts(kernel, known) or (known.prices and kernel.clock() < known.prices.until):
            return known
        now = kernel.clock()
        found = remembered[known.id] = Till(kernel.state, now).recalculated(known)
        kept = replace(
            known, lines=found.lines, order_discount=found.order_discount, discounts_until=now + PRICES_LAST
        )
        if known.id in kernel.state.checkouts:
            kernel.state.checkouts[known.id] = kept
        return kept


def _has_discounts(kernel: Kernel, checkout: Checkout) -> bool:
    return checkout.discounts_until is not None and kernel.clock() < checkout.discounts_until
