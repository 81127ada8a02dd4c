"""Propose: the sets of two and three products a merchant should think of selling as a bundle. Never published by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

from plugin.errors import NotFound
from plugin.shop import Shop
from plugin.store import affinities, bought_sets, bundles, catalogue, channels, faces, facts, preferences
from plugin.store.database import writing
from plugin.suggestions import affinity
from plugin.suggestions.bundles import floor, proposals
from plugin.suggestions.bundles.candidates import Market, strong_pairs, triples
from plugin.suggestions.bundles.checks import LONGEST_NAME
from plugin.suggestions.bundles.earnings import USUAL_DISCOUNT, InChannel
from plugin.suggestions.bundles.model import DRAFT, PERCENT, Bundle
from plugin.suggestions.bundles.proposal import Proposal, as_json, from_json
from plugin.suggestions.bundles.set_counts import Sought, count
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import ChannelId, ProductNumber, VariantId
from plugin.use_cases.change_bundles import save_bundle
from plugin.use_cases.describe_proposals import described, earnings, in_one_channel

MOST_LOOKED_AT = 500
"""Sets, best first, whose prices, costs and stock are read."""

PageDone = Callable[[int, int], None]
"""Told between two pages how far it is: so many of so many. May raise to stop."""


def propose(shop: Shop, now: datetime, progress: PageDone | None = None, channel: str = "") -> list[Proposal]:
    """Look through all kept orders for the sets most worth a bundle, and keep them. Best first, proposals.MOST_PROPOSALS at most.

    `channel`: the slug of one whose orders alone shall count; without it, those of the whole shop.

    Raises:
        NotFound: there is no such channel.
    """
    scope, told = _scope(shop, channel), progress or _nobody_is_told
    market = _market(shop, scope, now)

    pairs = strong_pairs(bought_sets.met(shop.db, scope, market.min_buyers, _part(told, 0, 40)), market)
    sets = [*pairs, *triples(pairs)]
    orders = bought_sets.counting(shop.db, scope, Sought(sets).products, _part(told, 40, 70))
    counts = count(orders if sets else (), sets)
    found = proposals.findings(counts, market)[:MOST_LOOKED_AT]
    earned = earnings(shop, scope, found)
    ranked = proposals.earning(found, {products: _share(there) for products, there in earned.items()})
    chosen = proposals.chosen(ranked, counts, market, _bundled(shop))
    made = described(shop, scope, chosen, earned, _part(told, 70, 100))

    with writing(shop.db):
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        facts.keep(shop.db, _fact(channel), {"at": at, "proposals": [as_json(one) for one in made]})
    return made


def propose_everywhere(shop: Shop, now: datetime, progress: PageDone | None = None) -> None:
    """For the whole shop, and where it has several channels for each of them."""
    active = [channel.slug for channel in channels.every(shop.db) if channel.active]
    scopes = ["", *active] if len(active) > 1 else [""]
    told = progress or _nobody_is_told
    for place, slug in enumerate(scopes):
        propose(shop, now, _part(told, 100 * place, 100 * (place + 1), 100 * len(scopes)), slug)


def proposed(shop: Shop, channel: str = "") -> list[Proposal]:
    """The proposals as they were last computed, best first; those a bundle has covered since are left out."""
    made = [
        from_json(node) for node in (facts.get(shop.db, _fact(channel)) or {"proposals": []})["proposals"]
    ]
    known = faces.of_products(shop.db, [product for one in made for product in one.products])
    held = _bundled(shop) if made else []
    return [
        one
        for one in made
        if not proposals.is_covered([known[product].number for product in one.products], held)
    ]


def proposed_at(shop: Shop, channel: str = "") -> datetime | None:
    """When the proposals were last computed; None before that."""
    kept = facts.get(shop.db, _fact(channel))
    return None if kept is None else datetime.fromisoformat(kept["at"])


def draft_of(shop: Shop, proposal: Proposal) -> dict[str, Any]:
    """The JSON of a draft: one piece of each at USUAL_DISCOUNT percent off, in every channel that can sell the set now."""
    selling = [
        there.slug
        for channel in channels.every(shop.db)
        if channel.active
        for there in in_one_channel(shop, channel, [proposal.products]).values()
        if there.can_be_sold()
    ]
    return {
        "state": DRAFT,
        "name": proposals.named(proposal.names, LONGEST_NAME),
        "members": [{"product": product, "quantity": 1} for product in proposal.products],
        "rule": {"kind": PERCENT, "percent": str(USUAL_DISCOUNT)},
        "channels": selling or [there.slug for there in proposal.channels],
    }


def make_draft(shop: Shop, number: object, who: str, now: datetime, channel: str = "") -> Bundle:
    """Make a draft of a proposal, by its number or its id. Nobody sees it before the merchant activates it.

    Raises:
        NotFound: there is no such proposal, or it is a bundle by now.
        BadBundle: it cannot be sold like this any more.
    """
    wanted = str(number)
    found = next((one for one in proposed(shop, channel) if wanted in (str(one.number), one.id)), None)
    if found is None:
        raise NotFound(f"there is no proposal {wanted[:40]!r}")
    return save_bundle(shop, draft_of(shop, found), who, now, "made of a proposal")


def _market(shop: Shop, scope: ChannelId, now: datetime) -> Market:
    chosen = preferences.get(shop.db)
    landmark = facts.landmark(shop.db, now.date())
    return Market(
        orders=affinities.totals(shop.db, scope).orders,
        product_orders=bought_sets.product_orders(shop.db, scope),
        traits=bought_sets.traits(shop.db, scope, chosen.excluded_products, chosen.excluded_categories),
        min_buyers=chosen.min_buyers,
        weight_now=float(affinity.weight(now.date(), landmark, chosen.half_life_days)),
    )


def _scope(shop: Shop, slug: str) -> ChannelId:
    if not slug:
        return WHOLE_SHOP
    channel = channels.by_slug(shop.db, slug)
    if channel is None:
        raise NotFound(f"there is no channel {slug[:40]!r}")
    return channel.id


def _share(there: Sequence[InChannel]) -> float | None:
    """What part of the price stays at the usual discount, over the channels that could sell the set now."""
    known = [one.share for one in there if one.can_be_sold() and one.share is not None]
    return fmean(known) if known else None


def _bundled(shop: Shop) -> list[frozenset[ProductNumber]]:
    """The products of every bundle, drafts and paused ones too: the merchant has thought of them."""
    several = bundles.every(shop.db)
    members = floor.member_ids(several)
    numbers: dict[str, ProductNumber] = {
        product: face.number for product, face in faces.of_products(shop.db, members).items()
    }
    numbers |= {
        variant: number
        for variant, (_product, number) in catalogue.products_of(shop.db, map(VariantId, members)).items()
    }
    return [
        frozenset(numbers[member.id] for member in bundle.members if member.id in numbers)
        for bundle in several
    ]


def _part(told: PageDone, begin: int, end: int, total: int = 100) -> PageDone:
    """A part of the work told as a part of the whole."""
    return lambda done, of: told(begin + (end - begin) * done // max(of, 1), total)


def _nobody_is_told(_done: int, _total: int) -> None:
    pass


def _fact(channel: str) -> str:
    return f"proposals:{channel}" if channel else "proposals"
