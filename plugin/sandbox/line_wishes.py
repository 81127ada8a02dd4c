"""What is asked of a checkout's lines, grouped by line and variant as checkoutLinesAdd and checkoutLinesUpdate do it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from graphql import GraphQLError

from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.money import kept
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.sales_facts import CheckoutLine

Asked = Mapping[str, int] | Sequence[Mapping[str, Any]]
"""Either pieces by variant id, or line inputs with the names of CheckoutLineInput in snake case."""

REASON_AT_MOST = 255

UNRESOLVED = "Could not resolve to a node with the global id list of"


def inputs(asked: Asked) -> list[dict[str, Any]]:
    """One form for both ways of asking."""
    if isinstance(asked, Mapping):
        return [{"variant_id": variant, "quantity": quantity} for variant, quantity in asked.items()]
    return [dict(line) for line in asked]


@dataclass(slots=True)
class Wish:
    """All that one call asks for one line; filled while the inputs are read, the last price counts."""

    variant_id: str
    line: CheckoutLine | None = None
    quantity: int | None = None
    """Summed over the inputs; None when none said one."""
    price: Decimal | None = None
    sets_price: bool = False
    reason: str | None = None
    sets_reason: bool = False
    metadata: dict[str, str] = field(default_factory=dict)

    def read(self, asked: Mapping[str, Any]) -> None:
        """Take one more input in. A price without a reason clears the reason; `None` for a price resets it."""
        if asked.get("quantity") is not None:
            self.quantity = (self.quantity or 0) + asked["quantity"]
        if "price" in asked:
            price = asked["price"]
            self.price, self.sets_price = None if price is None else kept(Decimal(price)), True
        if "price" in asked or "price_override_reason" in asked:
            reason = (asked.get("price_override_reason") or "").strip()[:REASON_AT_MOST]
            self.reason, self.sets_reason = reason or None, True
        self.metadata |= {it["key"]: it["value"] for it in asked.get("metadata") or ()}

    @property
    def override(self) -> Decimal | None:
        """The price override the line will have."""
        return self.price if self.sets_price or self.line is None else self.line.price_override

    @property
    def is_kept(self) -> bool:
        """Whether Saleor writes the line at all: metadata alone, without a quantity or price, is lost."""
        return bool(self.quantity) or self.sets_price or self.sets_reason


def added(lines: Iterable[CheckoutLine], asked: Iterable[Mapping[str, Any]]) -> list[Wish]:
    """The same variant merges into its line; new lines are forced, or made when the variant is in several."""
    apart: list[Wish] = []
    merged: dict[str, Wish] = {}
    for it in asked:
        own = _lines_of(lines, it["variant_id"])
        if it.get("force_new_line") or len(own) > 1:
            wish = Wish(it["variant_id"])
            apart.append(wish)
        else:
            wish = merged.setdefault(it["variant_id"], Wish(it["variant_id"], own[0] if own else None))
        wish.read(it)
    return [*apart, *merged.values()]


def updated(lines: Sequence[CheckoutLine], asked: Sequence[Mapping[str, Any]]) -> list[Wish]:
    """By line, or by variant where it is in one line; a variant that is in none gets a line."""
    grouped: dict[str, Wish] = {}
    _demand_lines(lines, asked)
    for it in asked:
        line = _named(lines, it)
        key = line.id if line else it["variant_id"]
        grouped.setdefault(key, Wish(line.variant_id if line else it["variant_id"], line)).read(it)
    return list(grouped.values())


def _lines_of(lines: Iterable[CheckoutLine], variant_id: str) -> list[CheckoutLine]:
    return [line for line in lines if line.variant_id == variant_id and not line.is_gift]


def _named(lines: Sequence[CheckoutLine], asked: Mapping[str, Any]) -> CheckoutLine | None:
    line_id, variant_id = asked.get("line_id"), asked.get("variant_id")
    if bool(line_id) == bool(variant_id):
        said = "At most one of arguments is allowed" if line_id else "At least one of arguments is required"
        raise Rejected(None, "GRAPHQL_ERROR", f"{said}: 'line_id', 'variant_id'.")
    if variant_id:
        own = [line for line in lines if line.variant_id == variant_id]
        if len(own) > 1:
            said = "Variant occurs in multiple lines. Use `lineId` instead of `variantId`."
            raise Rejected("variantId", "INVALID", said, variants=(variant_id,))
        return _editable(own[0]) if own else None
    for line in lines:
        if line.id == line_id:
            return _editable(line)
    raise Rejected("lineId", "GRAPHQL_ERROR", f"{UNRESOLVED} '{[line_id]}'.")


def _editable(line: CheckoutLine) -> CheckoutLine:
    if line.is_gift:
        said = "Lines marked as gift can't be edited."
        raise Rejected("lineId", "NON_EDITABLE_GIFT_LINE", said, lines=(line.id,))
    return line


def _demand_lines(lines: Iterable[CheckoutLine], asked: Iterable[Mapping[str, Any]]) -> None:
    """Of several lines one that is gone is no polite refusal."""
    named, own = {it["line_id"] for it in asked if it.get("line_id")}, {line.id for line in lines}
    if named & own:
        for line_id in sorted(named - own):
            raise GraphQLError(f"There is no node of type CheckoutLine with pk {kind_and_key(line_id)[1]}")
