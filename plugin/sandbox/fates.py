"""What becomes of an order: sent, cancelled, expired, refunded, returned in part, or not paid at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from plugin.sandbox.ids import global_id, random_key
from plugin.sandbox.money import NOTHING, Money
from plugin.sandbox.sales_facts import (
    Fulfillment,
    FulfillmentLine,
    Order,
    OrderGrantedRefund,
    OrderGrantedRefundLine,
    OrderLine,
)

SENT_AFTER = timedelta(days=3)

SHARES = (
    ("cancelled", 0.04),
    ("expired", 0.01),
    ("refunded", 0.02),
    ("returned", 0.03),
    ("granted", 0.01),
    ("unpaid", 0.02),
    ("unconfirmed", 0.005),
)
"""Of all orders; the others are simply sent."""


@dataclass
class Fates:
    """Draws fates from seeded dice; nothing happens after `now`."""

    dice: random.Random
    now: datetime
    disappointing: Mapping[str, float] = field(default_factory=dict)
    """Variant id -> share of it that comes back, for variants with a share of their own."""

    def met_by(self, order: Order) -> Order:
        """The order as it is today."""
        doubtful = [it for it in order.lines if it.product_variant_id in self.disappointing]
        back = [it for it in doubtful if self.dice.random() < self.disappointing[it.product_variant_id]]
        if back:
            return self._sent_back(order, back)
        draw = self.dice.random()
        for name, share in SHARES:
            draw -= share
            if draw < 0:
                fate: Callable[[Order], Order] = getattr(self, f"_{name}")
                return fate(order)
        return self._sent(order) if order.created < self.now - SENT_AFTER else order

    def _later(self, order: Order) -> datetime:
        return min(order.created + timedelta(days=1 + 6 * self.dice.random()), self.now)

    def _cancelled(self, order: Order) -> Order:
        return replace(order, status="CANCELED", updated_at=self._later(order))

    def _expired(self, order: Order) -> Order:
        """`updated_at` stays: so it is in Saleor."""
        return replace(order, status="EXPIRED", charged=NOTHING)

    def _unpaid(self, order: Order) -> Order:
        return replace(order, charged=NOTHING)

    def _unconfirmed(self, order: Order) -> Order:
        return replace(order, status="UNCONFIRMED", charged=NOTHING)

    def _refunded(self, order: Order) -> Order:
        sent = self._sent(order)
        return replace(sent, charged=NOTHING, refunded=order.charged)

    def _sent(self, order: Order) -> Order:
        pieces = [(line, line.quantity) for line in order.lines]
        return replace(
            order,
            status="FULFILLED",
            updated_at=self._later(order),
            fulfillments=(self._parcel(order, 1, "FULFILLED", pieces),),
        )

    def _returned(self, order: Order) -> Order:
        """One line came back whole, its money too."""
        return self._sent_back(order, [self.dice.choice(order.lines)])

    def _sent_back(self, order: Order, back: Sequence[OrderLine]) -> Order:
        kept = [(line, line.quantity) for line in order.lines if line not in back]
        parcels = [self._parcel(order, 1, "FULFILLED", kept)] if kept else []
        parcels.append(self._parcel(order, 2, "REFUNDED_AND_RETURNED", [(it, it.quantity) for it in back]))
        money = sum((it.total_price.gross.amount for it in back), NOTHING)
        return replace(
            order,
            status="PARTIALLY_RETURNED" if kept else "RETURNED",
            updated_at=self._later(order),
            fulfillments=tuple(parcels),
            charged=order.charged - money,
            refunded=money,
        )

    def _granted(self, order: Order) -> Order:
        """The money of one line was promised back and paid, the pieces stay."""
        line = self.dice.choice(order.lines)
        later = self._later(order)
        money = line.total_price.gross
        refund = OrderGrantedRefund(
            id=global_id("OrderGrantedRefund", random_key(self.dice)),
            created_at=later,
            updated_at=later,
            amount=Money(money.amount, money.currency),
            status="SUCCESS",
            lines=(
                OrderGrantedRefundLine(
                    global_id("OrderGrantedRefundLine", random_key(self.dice)), line.id, line.quantity
                ),
            ),
        )
        return replace(
            self._sent(order),
            granted_refunds=(refund,),
            charged=order.charged - money.amount,
            refunded=money.amount,
        )

    def _parcel(
        self, order: Order, number: int, status: str, pieces: list[tuple[OrderLine, int]]
    ) -> Fulfillment:
        return Fulfillment(
            global_id("Fulfillment", random_key(self.dice)),
            number,
            status,
            self._later(order),
            tuple(
                FulfillmentLine(global_id("FulfillmentLine", random_key(self.dice)), line.id, count)
                for line, count in pieces
            ),
        )
