"""How a changed checkout is kept: discounts worked out anew, prices and deliveries marked as stale, the event fired."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import not_found
from plugin.sandbox.sales_facts import Checkout
from plugin.sandbox.till import Till


def opened(kernel: Kernel, checkout_id: str) -> Checkout:
    """The checkout now.

    Raises:
        Rejected: there is none.
    """
    checkout = kernel.state.checkouts.get(checkout_id)
    if checkout is None:
        raise not_found(checkout_id)
    return checkout


def keep(kernel: Kernel, checkout: Checkout, **changes: Any) -> Checkout:
    """CHECKOUT_UPDATED. Called inside a change."""
    changed = replace(checkout, updated_at=kernel.clock(), **changes)
    kernel.state.checkouts[checkout.id] = changed
    kernel.fire("CHECKOUT_UPDATED", checkout=checkout.id)
    return changed


def rung_up(kernel: Kernel, checkout: Checkout, *, stale: bool = True, **changes: Any) -> Checkout:
    """The same for changes that move prices. `stale`: they may also change which deliveries there are."""
    till = Till(kernel.state, kernel.clock())
    changed = till.changed(replace(checkout, **changes))
    if stale and till.is_shipped(changed):
        changed = replace(changed, deliveries_stale_at=kernel.clock())
    return keep(kernel, changed)
