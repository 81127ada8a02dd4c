"""How checkout lines merge, split and are refused, as checkoutLinesAdd and checkoutLinesUpdate do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLError

from plugin.sandbox import line_wishes
from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.line_wishes import Wish
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import CheckoutLine
from plugin.sandbox.selling import pieces, why_not_sold

Lines = tuple[CheckoutLine, ...]

REFUSALS = {
    "PRODUCT_UNAVAILABLE_FOR_PURCHASE": "Cannot add lines for unavailable for purchase variants.",
    "UNAVAILABLE_VARIANT_IN_CHANNEL": "Cannot add lines with unavailable variants.",
    "PRODUCT_NOT_PUBLISHED": "Can't create checkout with unpublished product.",
}


@dataclass(frozen=True, slots=True)
class BasketLines:
    """The rules for lines of one channel."""

    kernel: Kernel
    channel: Channel

    def added(self, lines: Lines, asked: Sequence[Mapping[str, Any]]) -> Lines:
        """The lines after adding."""
        wishes = line_wishes.added(lines, asked)
        wanted = _pieces(wishes)
        if any(quantity <= 0 for quantity in wanted.values()):
            raise Rejected("quantity", "ZERO_QUANTITY", "The quantity should be higher than zero.")
        present = {line.variant_id: line.quantity for line in lines}
        self._demand_known(wanted)
        self._demand_stock({it: count + present.get(it, 0) for it, count in wanted.items()})
        _demand_reasons(wishes)
        self._demand_sellable(wanted)
        return self._fulfilled(lines, wishes, add=True)

    def updated(self, lines: Lines, asked: Sequence[Mapping[str, Any]], by_app: bool = True) -> Lines:
        """The lines after an update: all of it or nothing. Quantity 0 removes, a variant without a line gets one."""
        wishes = line_wishes.updated(lines, asked)
        if not by_app and any(wish.quantity is None for wish in wishes):
            raise Rejected("quantity", "REQUIRED", "The quantity is required for all lines.")
        wanted = _pieces(wishes)
        if any(quantity < 0 for quantity in wanted.values()):
            raise Rejected("quantity", "ZERO_QUANTITY", "The quantity should be higher or equal zero.")
        wanted = {variant: count for variant, count in wanted.items() if count}
        self._demand_all_known(wishes)
        self._demand_stock(wanted)
        _demand_reasons(wishes)
        if self.kernel.settings.mispairs_lines:
            self._demand_sellable(_mispaired(wishes))
            self._demand_listed(wanted)
        else:
            self._demand_sellable(wanted)
        return self._fulfilled(lines, wishes, add=False)

    def _fulfilled(self, lines: Lines, wishes: Iterable[Wish], add: bool) -> Lines:
        """Old lines changed in place, new ones behind them."""
        by_line = {wish.line.id: wish for wish in wishes if wish.line}
        old = [_changed(line, by_line[line.id], add) if line.id in by_line else line for line in lines]
        new = [self._made(wish) for wish in wishes if not wish.line and (wish.quantity or 0) > 0]
        return tuple(line for line in (*old, *new) if line.quantity > 0)

    def _made(self, wish: Wish) -> CheckoutLine:
        return CheckoutLine(
            self.kernel.new_id("CheckoutLine"),
            wish.variant_id,
            wish.quantity or 0,
            price_override=wish.price,
            price_override_reason=wish.reason,
            metadata=wish.metadata,
        )

    def _demand_known(self, variants: Iterable[str]) -> None:
        for variant_id in variants:
            if variant_id not in self.kernel.state.variants:
                raise Rejected(
                    "variantId",
                    "NOT_FOUND",
                    f"Could not resolve to a node with the global id list of '{variant_id}'.",
                )

    def _demand_all_known(self, wishes: Sequence[Wish]) -> None:
        """Of several variants one that is unknown is no polite refusal."""
        new = [wish.variant_id for wish in wishes if not wish.line]
        unknown = [it for it in new if it not in self.kernel.state.variants]
        if unknown and len(unknown) < len(wishes):
            key = kind_and_key(unknown[0])[1]
            raise GraphQLError(f"There is no node of type ProductVariant with pk {key}")
        if unknown:
            raise Rejected("variantId", "GRAPHQL_ERROR", f"{line_wishes.UNRESOLVED} '{unknown}'.")

    def _demand_listed(self, variants: Iterable[str]) -> None:
        """What slipped by unasked, and has no price here, fails later and worse."""
        if any(self.channel.id not in self.kernel.state.variants[it].listings for it in variants):
            raise GraphQLError("Internal Server Error", extensions={"exception": {"code": "AttributeError"}})

    def _demand_sellable(self, variants: Iterable[str]) -> None:
        state = self.kernel.state
        for variant_id in variants:
            code = why_not_sold(state, state.variants[variant_id], self.channel)
            if code:
                raise Rejected("lines", code, REFUSALS[code], variants=(variant_id,))

    def _demand_stock(self, wanted: Mapping[str, int]) -> None:
        limit = self.kernel.settings.limit_quantity_per_checkout
        for variant_id, quantity in wanted.items():
            variant = self.kernel.state.variants[variant_id]
            if quantity > limit:
                raise Rejected(
                    "quantity",
                    "QUANTITY_GREATER_THAN_LIMIT",
                    f"Cannot add more than {limit} times this item: {variant.name}.",
                )
            left = pieces(self.kernel.state, variant, self.channel)
            if variant.track_inventory and quantity > left:
                raise Rejected(
                    "quantity",
                    "INSUFFICIENT_STOCK",
                    f"Could not add items {variant.name}. Only {left} remaining in stock.",
                )


def _pieces(wishes: Iterable[Wish]) -> dict[str, int]:
    wanted: Counter[str] = Counter()
    for wish in wishes:
        if wish.quantity is not None:
            wanted[wish.variant_id] += wish.quantity
    return dict(wanted)


def _mispaired(wishes: Sequence[Wish]) -> list[str]:
    """Variants asked about when they are taken in the wrong order."""
    backwards = reversed(wishes)
    return [other.variant_id for other, wish in zip(backwards, wishes, strict=True) if wish.quantity]


def _demand_reasons(wishes: Iterable[Wish]) -> None:
    if any(wish.reason and wish.override is None for wish in wishes):
        raise Rejected(
            None,
            "PRICE_OVERRIDE_REASON_WITHOUT_OVERRIDE",
            "Cannot set priceOverrideReason without a price override on the line.",
        )


def _changed(line: CheckoutLine, wish: Wish, add: bool) -> CheckoutLine:
    quantity = line.quantity if wish.quantity is None else wish.quantity + (line.quantity if add else 0)
    if not wish.is_kept:
        return replace(line, quantity=quantity)
    return replace(
        line,
        quantity=quantity,
        price_override=wish.override,
        price_override_reason=wish.reason if wish.sets_reason else line.price_override_reason,
        metadata={**line.metadata, **wish.metadata},
    )
