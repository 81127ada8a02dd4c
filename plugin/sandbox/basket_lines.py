"""How checkout lines merge, split and are refused, as checkoutLinesAdd and checkoutLinesUpdate do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.money import rounded
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import CheckoutLine
from plugin.sandbox.selling import pieces, why_not_sold

Asked = Mapping[str, int] | Sequence[Mapping[str, Any]]
"""Either pieces by variant id, or line inputs with the names of CheckoutLineInput in snake case."""

REFUSALS = {
    "PRODUCT_UNAVAILABLE_FOR_PURCHASE": "Cannot add lines for unavailable for purchase variants.",
    "UNAVAILABLE_VARIANT_IN_CHANNEL": "Cannot add lines with unavailable variants.",
    "PRODUCT_NOT_PUBLISHED": "Can't create checkout with unpublished product.",
}


def inputs(asked: Asked) -> list[dict[str, Any]]:
    """One form for both ways of asking."""
    if isinstance(asked, Mapping):
        return [{"variant_id": variant, "quantity": quantity} for variant, quantity in asked.items()]
    return [dict(line) for line in asked]


@dataclass(frozen=True, slots=True)
class BasketLines:
    """The rules for lines of one channel."""

    kernel: Kernel
    channel: Channel

    def added(
        self, lines: tuple[CheckoutLine, ...], asked: Sequence[dict[str, Any]]
    ) -> tuple[CheckoutLine, ...]:
        """The lines after adding: the same variant merges into its line, unless it has several or a new one is forced."""
        wanted: Counter[str] = Counter()
        for line in asked:
            if line["quantity"] <= 0:
                raise Rejected("quantity", "ZERO_QUANTITY", "The quantity should be higher than zero.")
            wanted[line["variant_id"]] += line["quantity"]
        present = Counter(dict.fromkeys(wanted, 0))
        for own in lines:
            present[own.variant_id] += own.quantity if own.variant_id in wanted else 0
        self._demand_sellable(wanted)
        self._demand_stock(wanted + present)
        result = list(lines)
        for line in asked:
            self._add(result, line)
        return tuple(result)

    def updated(
        self, lines: tuple[CheckoutLine, ...], asked: Sequence[dict[str, Any]]
    ) -> tuple[CheckoutLine, ...]:
        """The lines after an update: all of it or nothing. Quantity 0 removes, an unknown variant is added."""
        result = list(lines)
        wanted: Counter[str] = Counter()
        for line in asked:
            place = self._place(result, line)
            variant = line.get("variant_id") or result[place if place is not None else 0].variant_id
            quantity = line.get("quantity")
            if quantity is not None and quantity < 0:
                raise Rejected("quantity", "ZERO_QUANTITY", "The quantity should be higher or equal zero.")
            wanted[variant] += quantity or 0
            if place is None:
                self._add(result, {**line, "variant_id": variant, "force_new_line": True})
            else:
                result[place] = self._changed(result[place], line)
        wanted = Counter({variant: count for variant, count in wanted.items() if count})
        self._demand_sellable(wanted)
        self._demand_stock(wanted)
        return tuple(line for line in result if line.quantity > 0)

    def _place(self, lines: list[CheckoutLine], asked: Mapping[str, Any]) -> int | None:
        line_id, variant_id = asked.get("line_id"), asked.get("variant_id")
        if bool(line_id) == bool(variant_id):
            raise Rejected(
                None, "GRAPHQL_ERROR", "Argument 'line_id' or 'variant_id' is required, and only one."
            )
        places = [
            place
            for place, line in enumerate(lines)
            if (line.id == line_id if line_id else line.variant_id == variant_id and not line.is_gift)
        ]
        if line_id and not places:
            raise Rejected(
                "lineId",
                "GRAPHQL_ERROR",
                f"Could not resolve to a node with the global id list of '{line_id}'.",
            )
        if len(places) > 1:
            raise Rejected("variantId", "INVALID", "Variant occurs in multiple lines. Use `lineId` instead.")
        if places and lines[places[0]].is_gift:
            raise Rejected("lineId", "NON_EDITABLE_GIFT_LINE", "Lines marked as gift can't be edited.")
        return places[0] if places else None

    def _add(self, lines: list[CheckoutLine], asked: Mapping[str, Any]) -> None:
        same = [
            place
            for place, line in enumerate(lines)
            if line.variant_id == asked["variant_id"] and not line.is_gift
        ]
        if len(same) == 1 and not asked.get("force_new_line"):
            merged = self._changed(lines[same[0]], {**asked, "quantity": None})
            lines[same[0]] = replace(merged, quantity=merged.quantity + asked["quantity"])
        else:
            new = CheckoutLine(self.kernel.new_id("CheckoutLine"), asked["variant_id"], 0)
            lines.append(self._changed(new, asked))

    @staticmethod
    def _changed(line: CheckoutLine, asked: Mapping[str, Any]) -> CheckoutLine:
        metadata = {**line.metadata, **{it["key"]: it["value"] for it in asked.get("metadata") or ()}}
        changes: dict[str, Any] = {"metadata": metadata}
        if asked.get("quantity") is not None:
            changes["quantity"] = asked["quantity"]
        if "price" in asked:
            price: Decimal | None = asked["price"]
            changes["price_override"] = None if price is None else rounded(Decimal(price))
            changes["price_override_reason"] = None
        reason = (asked.get("price_override_reason") or "").strip()[:255]
        if "price_override_reason" in asked:
            changes["price_override_reason"] = reason or None
        changed = replace(line, **changes)
        if changed.price_override_reason and changed.price_override is None:
            raise Rejected(
                None,
                "PRICE_OVERRIDE_REASON_WITHOUT_OVERRIDE",
                "Cannot set priceOverrideReason without a price override on the line.",
            )
        return changed

    def _demand_sellable(self, variants: Counter[str]) -> None:
        state = self.kernel.state
        for variant_id in variants:
            if variant_id not in state.variants:
                raise Rejected(
                    "variantId",
                    "NOT_FOUND",
                    f"Could not resolve to a node with the global id list of '{variant_id}'.",
                )
            code = why_not_sold(state, state.variants[variant_id], self.channel)
            if code:
                raise Rejected("lines", code, REFUSALS[code], variants=(variant_id,))

    def _demand_stock(self, wanted: Counter[str]) -> None:
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
