"""What older Saleors do not know yet: taken out of schema.graphql again."""

from __future__ import annotations

import re
from collections.abc import Mapping

NEWEST_PATCH = 1_000_000
"""A version without a patch, "3.23", is the newest of its kind."""

SINCE: Mapping[str, tuple[str, ...]] = {
    "3.22.0": ("ProductVariantDiscountedPriceUpdated", "PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED"),
    "3.22.36": ("appProblemCreate", "appProblemDismiss", "problems"),
    "3.23.0": ("deliveryOptionsCalculate", "delivery: Delivery$"),
    "3.23.19": ("priceOverrideReason: String",),
}
"""Names of types, fields and values, by the version they came with; `:` gives a field's type where the name is common."""


def numbers(version: str) -> tuple[int, ...]:
    """(3, 23, 28) of "3.23.28"."""
    found = tuple(int(part) for part in version.split("."))
    return found if len(found) > 2 else (*found, NEWEST_PATCH)


def unknown_to(version: str) -> frozenset[str]:
    """Names this Saleor has not heard of."""
    return frozenset(
        name for since, names in SINCE.items() if numbers(version) < numbers(since) for name in names
    )


def without(sdl: str, names: frozenset[str]) -> str:
    """The schema as it was before these names came."""
    for name in names:
        sdl = re.sub(rf"^(type|input) {name} .*?^}}\n", "", sdl, flags=re.S | re.M)
        sdl = re.sub(rf"^  {name}(\(.*)?(:.*)?\n", "", sdl, flags=re.M)
    return sdl


def fields(names: frozenset[str]) -> frozenset[str]:
    """The same without their types."""
    return frozenset(name.partition(":")[0] for name in names)
