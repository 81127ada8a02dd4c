"""Everything that can be changed in the sandbox, grouped; GraphQL mutations and tests use the same verbs."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.sandbox.apps import Apps
from plugin.sandbox.checkouts import Checkouts
from plugin.sandbox.labels import Labels
from plugin.sandbox.orders import Orders
from plugin.sandbox.payments import Payments
from plugin.sandbox.refunds import Refunds
from plugin.sandbox.shelves import Shelves


@dataclass(frozen=True, slots=True)
class Verbs:
    """One group per subject."""

    apps: Apps
    checkouts: Checkouts
    labels: Labels
    orders: Orders
    payments: Payments
    refunds: Refunds
    shelves: Shelves
