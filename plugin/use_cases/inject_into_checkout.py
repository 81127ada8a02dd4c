"""Write the suggestions into the checkout: public metadata `tandem`, once per real change of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from plugin.errors import BadPayload, TryAgain
from plugin.saleor.translate import Checkout, checkout_from, listing_from
from plugin.shop import Shop
from plugin.store import catalogue, preferences, responses, suggestions_shown
from plugin.store.database import writing
from plugin.suggestions import placements
from plugin.suggestions.catalogue import Listing
from plugin.suggestions.deciding import Decision
from plugin.suggestions.document import (
    METADATA_KEY,
    as_text,
    document,
    lines_hash,
    offers_nothing,
    says_the_same,
)
from plugin.suggestions.model import BundleOffer, Suggestion, VariantId
from plugin.use_cases.look_at_checkout import ask_for_checkout
from plugin.use_cases.next_best_offer import Asked, next_best_offer
from plugin.use_cases.refresh_catalogue import stamp

SPARE = 6
"""Proposals asked for, more than are shown, so that one found sold out at the last moment has a successor."""

MOST_ATTEMPTS = 3
"""A checkout that changes faster than we can think is left to its next event."""

PLACEMENT = "checkout"


def inject_into_checkout(shop: Shop, told: Checkout, now: datetime) -> bool:
    """Suggest for the checkout as it is now, and write only a changed answer. True when something was written.

    `told` is the checkout as it was read a moment ago; Saleor is asked once more for it, and for the candidates' live
    prices and stock. Nothing is written once a transaction exists: no page may change while somebody pays. While
    suggesting is switched off, what was offered before is cleared and nothing else is written. Why nothing is offered is
    kept, for the merchant to read.
    """
    chosen = preferences.get(shop.db)
    checkout, decision = _decide(shop, told, now)
    if checkout is None or checkout.paying:
        return False

    made = document(decision.chosen, checkout.lines, PLACEMENT, now, placements.limits(chosen))
    needless = (
        says_the_same(checkout.written, made) if chosen.suggesting else offers_nothing(checkout.written)
    )

    if not needless:
        shop.saleor.ask(
            "write_suggestions", {"id": checkout.id, "input": [{"key": METADATA_KEY, "value": as_text(made)}]}
        )
    with writing(shop.db):
        suggestions_shown.keep(
            shop.db, checkout.id, made, checkout.channel, decision.withheld, decision.tried
        )
    return not needless


def as_they_are(
    proposals: Sequence[Suggestion], listings: Sequence[Listing], gross: bool
) -> list[Suggestion]:
    """The proposals that can be bought right now, at the price displayed right now; the others are left out.

    What promises more than a price (a set, an upgrade, free delivery) is promised as a whole: when its price is another by
    now, it is not offered until we know all of it.
    """
    prices = {
        listing.variant: (listing.gross if gross else listing.net, listing.currency)
        for listing in listings
        if listing.available
    }
    pieces = {listing.variant: listing.quantity for listing in listings if listing.available}
    found = []
    for proposal in proposals:
        if proposal.bundle is not None:
            found += [proposal] if _holds(proposal.bundle, prices, pieces) else []
            continue
        amount, currency = prices.get(proposal.variant.id, (None, ""))
        wanted = proposal.upgrade.replaces.quantity if proposal.upgrade else 1
        if amount is None or pieces[proposal.variant.id] < wanted:
            continue
        if amount != proposal.variant.amount and (proposal.upgrade or proposal.delivery):
            continue
        found.append(replace(proposal, variant=replace(proposal.variant, amount=amount, currency=currency)))
    return found


def _holds(
    bundle: BundleOffer,
    prices: Mapping[VariantId, tuple[Decimal | None, str]],
    pieces: Mapping[VariantId, int],
) -> bool:
    return all(
        prices.get(piece.variant.id, (None, ""))[0] == piece.variant.amount
        and (not piece.missing or pieces[piece.variant.id] >= piece.quantity)
        for piece in bundle.pieces
    )


def _decide(shop: Shop, checkout: Checkout, now: datetime) -> tuple[Checkout | None, Decision]:
    """The checkout as it is, and what holds there; thinks again when the lines changed meanwhile."""
    for _attempt in range(MOST_ATTEMPTS):
        _remember(shop, checkout, now)
        decision = next_best_offer(shop, asked_for(checkout), now, SPARE)
        proposals = (*decision.chosen, *decision.successors)
        answer = _as_it_is(shop, checkout, proposals)
        if answer["checkout"] is None:
            return None, decision
        expected = checkout
        checkout = checkout_from(answer["checkout"], shop.installation.buyer_key)
        if _same_basket(expected, checkout):
            live = list(_readable(answer["productVariants"], checkout, shop.saleor.answered_at or now))
            left = tuple(as_they_are(proposals, live, checkout.gross))[: max(len(decision.chosen), 1)]
            withheld = decision.withheld if left or not decision.chosen else "changed_meanwhile"
            return checkout, replace(decision, chosen=left, withheld=withheld)
    raise TryAgain("the checkout keeps changing")


def asked_for(checkout: Checkout, placement: str = placements.BASKET) -> Asked:
    """What is asked for a checkout: what is in it, and what was answered there."""
    return Asked(
        channel=checkout.channel,
        lines=checkout.lines,
        placement=placement,
        checkout=checkout.id,
        country=checkout.country,
        subtotal=checkout.subtotal,
        ships=checkout.ships,
        discounted=checkout.discounted,
        shopper=checkout.shopper,
    )


def _readable(variants: dict[str, Any], checkout: Checkout, at: datetime) -> Iterator[Listing]:
    """A candidate that cannot be read cannot be offered; the others can."""
    for edge in variants["edges"]:
        with suppress(BadPayload):
            yield listing_from(edge["node"], checkout.channel, at)


def _remember(shop: Shop, checkout: Checkout, now: datetime) -> None:
    """A product made a second ago is in the basket before the catalogue knows it; and what left the basket is an answer."""
    there = {line.variant for line in checkout.lines if not line.gift}
    kept = {variant: product for variant, product in checkout.products.items() if variant in there}
    with writing(shop.db):
        responses.note_lines(shop.db, checkout.id, kept, stamp(now))
        numbers = catalogue.numbers(shop.db, checkout.products.values())
        catalogue.remember_variants(
            shop.db, {variant: numbers[product] for variant, product in checkout.products.items()}
        )


def _as_it_is(shop: Shop, checkout: Checkout, proposals: Sequence[Suggestion]) -> dict[str, Any]:
    """The checkout and the candidates' prices and stock. No candidates are not asked for: no ids would mean every product."""
    if not proposals:
        return {**ask_for_checkout(shop, "checkout", {"id": checkout.id}), "productVariants": {"edges": []}}
    variants = list(dict.fromkeys(variant for proposal in proposals for variant in _variants(proposal)))
    question = {
        "id": checkout.id,
        "variants": variants[:100],
        "channel": checkout.channel_slug,
        "address": {"country": checkout.country} if checkout.country else None,
    }
    return ask_for_checkout(shop, "checkout_with_candidates", question)


def _variants(proposal: Suggestion) -> list[VariantId]:
    """What its promise depends on."""
    if proposal.bundle is None:
        return [proposal.variant.id]
    return [piece.variant.id for piece in proposal.bundle.pieces]


def _same_basket(one: Checkout, other: Checkout) -> bool:
    """What was decided rests on the subtotal too: our own bundle prices may just have changed it."""
    return _facts(one) == _facts(other)


def _facts(checkout: Checkout) -> tuple[object, ...]:
    return (
        lines_hash(checkout.lines),
        checkout.country,
        checkout.channel_slug,
        checkout.subtotal,
        checkout.discounted,
        checkout.ships,
    )
