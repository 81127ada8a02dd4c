"""What the demo tells of everything that was not offered: per reason, as the merchant can read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from rich.table import Table

from plugin.sandbox.demo_shopper import NothingHappened
from plugin.shop import Shop
from plugin.store import channels
from plugin.suggestions import verdicts
from plugin.suggestions.deciding import Considered
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases.describe_withheld import describe_withheld
from plugin.use_cases.next_best_offer import Asked, next_best_offer

COUNTRY = "DE"


def held_back(shop: Shop, channel_slug: str, basket: Sequence[str], now: datetime) -> tuple[Table, int]:
    """Every candidate beside these variants by what became of it, those shown first; and how many there were.

    The decision is the one a shopper gets, as `tandem suggest --why` prints it in full.
    """
    channel = channels.by_slug(shop.db, channel_slug)
    if channel is None:
        raise NothingHappened(f"the channel {channel_slug} is not known yet")
    lines = [BasketLine(VariantId(variant), 1) for variant in basket]

    considered = next_best_offer(
        shop, Asked(channel.id, lines, country=COUNTRY, everything=True), now
    ).considered

    became: dict[str, list[Considered]] = defaultdict(list)
    for one in sorted(considered, key=lambda one: (one.verdict != verdicts.KEPT, -one.acceptance)):
        became[one.verdict].append(one)
    table = Table("", "what became of it", "as", "which", box=None, padding=(0, 1), header_style="dim")
    for verdict, several in became.items():
        mark = "[green]✓" if verdict == verdicts.KEPT else "[dim]✗"
        kinds = dict.fromkeys(one.kind.replace("_", " ") for one in several)
        table.add_row(mark, verdicts.words(verdict), ", ".join(kinds), ", ".join(_names(several)))
    return table, len(considered)


def nothing_shown(shop: Shop, now: datetime) -> str:
    """In how many baskets nothing was shown, and why."""
    found = describe_withheld(shop, now)
    reasons = "; ".join(f"{words} ({count})" for _, words, count in found.reasons)
    none = found.checkouts - found.with_suggestions
    return f"Of {found.checkouts} baskets so far {none} were shown nothing: {reasons}."


def _names(several: Sequence[Considered]) -> list[str]:
    """Each product once, with its variants."""
    variants: dict[str, dict[str, None]] = defaultdict(dict)
    for one in several:
        variants[one.name] |= {one.variant_name: None} if one.variant_name else {}
    return [f"{name} {' / '.join(its)}".rstrip() for name, its in variants.items()]
