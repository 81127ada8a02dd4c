"""Everything that can be changed in the sandbox, grouped; GraphQL mutations and tests use the same verbs."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.sandbox.apps import Apps
from plugin.sandbox.checkouts import Checkouts
from plugin.sandbox.deliveries import Deliveries
from plugin.sandbox.discounts import Discounts
from plugin.sandbox.labels import Labels
from plugin.sandbox.orders import Orders
from plugin.sandbox.payments import Payments
from plugin.sandbox.problems import Problems
from plugin.sandbox.promo_codes import PromoCodes
from plugin.sandbox.refunds import Refunds
from plugin.sandbox.shelves import Shelves
from plugin.sandbox.shipping import Shipping


@dataclass(frozen=True, slots=True)
class Verbs:
    """One group per subject."""

    apps: Apps
    checkouts: Checkouts
    deliveries: Deliveries
    discounts: Discounts
    labels: Labels
    orders: Orders
    payments: Payments
    problems: Problems
    promo_codes: PromoCodes
    refunds: Refunds
    shelves: Shelves
    shipping: Shipping
