"""What staff read about bundles: those there are, what shoppers pay for one in every channel, and what leaked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.errors import BadBundle
from plugin.shop import Shop
from plugin.store import audits, bundles, catalogue, channels, faces, facts, preferences
from plugin.store.audits import Audit, Summary
from plugin.store.faces import Face
from plugin.suggestions.bundles import checks, floor
from plugin.suggestions.bundles.model import ACTIVE, Bundle, BundleId, Goods, Member
from plugin.suggestions.bundles.promise import promise
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId, ProductId, VariantId

SCHEDULED, ENDED = "scheduled", "ended"
"""What the schedule makes of an active bundle, beside its state."""

AUDITED_DAYS = 30

NEUTRAL: Mapping[str, Any] = {
    "name": "-", "translations": {}, "starts": None, "ends": None, "mostSets": None, "state": "draft",
}  # fmt: skip
"""In place of fields that change no price."""

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Described:
    """A member as people know it: its product, the variant's name where one was chosen, and the product's variants."""

    member: Member
    face: Face
    variant_name: str = ""
    variants: tuple[tuple[VariantId, str], ...] = ()

    @property
    def name(self) -> str:
        """Product and variant."""
        return f"{self.face.name}, {self.variant_name}" if self.variant_name else self.face.name


@dataclass(frozen=True, slots=True)
class Piece:
    """A member in one channel, in its cheapest variant, in smallest units each; `goods` None: not listed there."""

    described: Described
    goods: Goods | None

    @property
    def quantity(self) -> int:
        """How many of it a set holds."""
        return self.described.member.quantity

    @property
    def is_cheapest_of_several(self) -> bool:
        """Whether shoppers choose among variants, which may cost more."""
        return self.described.member.variant is None and len(self.described.variants) > 1


@dataclass(frozen=True, slots=True)
class Paid:
    """A set in one channel, in smallest units: its pieces one by one now, its price, and why it cannot be sold there."""

    channel: Channel
    pieces: tuple[Piece, ...]
    price: int | None
    problems: tuple[Problem, ...] = ()

    @property
    def separately(self) -> int | None:
        """What the pieces cost one by one now, promotions considered; None while one of them has no price."""
        prices = [piece.goods.price * piece.described.member.quantity for piece in self.pieces if piece.goods]
        return sum(prices) if prices and len(prices) == len(self.pieces) else None

    @property
    def saving(self) -> int | None:
        """What the shopper saves by the set; below zero when a promotion makes the pieces cheaper."""
        if self.price is None or self.separately is None:
            return None
        return self.separately - self.price

    @property
    def purchasable(self) -> bool:
        """Whether a whole set can be bought there now."""
        return all(piece.goods and piece.goods.available for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft comes to: per chosen channel, and what is wrong with it anywhere."""

    channels: tuple[Paid, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle in the list. `status`: its state, or what the schedule makes of it."""

    bundle: Bundle
    status: str
    members: tuple[Described, ...]
    paid: tuple[Paid, ...]
    at: datetime
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Leakage:
    """What became of bundle prices in the orders since then."""

    since: datetime
    summaries: tuple[Summary, ...]
    leaks: tuple[Audit, ...]


def listed(shop: Shop, now: datetime) -> list[Listed]:
    """Every bundle, newest first, with what it costs now where it is sold."""
    found = bundles.every(shop.db)
    newest = {bundle.id: bundles.versions(shop.db, bundle.id)[0] for bundle in found}
    look = _look(shop, [member for bundle in found for member in bundle.members])

    return [
        Listed(
            bundle=bundle,
            status=status(bundle, now),
            members=look.described(bundle.members),
            paid=tuple(
                look.paid(channel, bundle.members, bundle)
                for channel in look.channels
                if channel.id in bundle.channels
            ),
            at=datetime.fromisoformat(newest[bundle.id].at),
            who=newest[bundle.id].who,
            why=newest[bundle.id].why,
        )
        for bundle in found
    ]


def preview(shop: Shop, draft: Mapping[str, Any]) -> Preview:
    """What shoppers would pay for this draft, finished or not: what is not there yet is left out, what is wrong is said.

    Names and the schedule change no price, so they are not judged here.
    """
    known = {channel.slug: channel for channel in channels.every(shop.db) if channel.slug}
    members = _members(draft)
    wanted = [known[slug] for slug in draft.get("channels", []) if slug in known]
    bundle, problems = _read({**draft, **NEUTRAL}, known)
    look = _look(shop, members)

    return Preview(
        channels=tuple(look.paid(channel, members, bundle) for channel in wanted), problems=problems
    )


def describe_members(shop: Shop, members: Sequence[Member]) -> tuple[Described, ...]:
    """The members by name and picture; what Saleor no longer has keeps its id as a name."""
    return _look(shop, members).described(members)


def leakage(shop: Shop, now: datetime, days: int = AUDITED_DAYS) -> Leakage:
    """What was given by bundle prices in the orders of these days, and what of it had lost its bundle."""
    since = now.astimezone(UTC) - timedelta(days=days)
    text = since.isoformat(timespec="seconds")
    return Leakage(since, tuple(audits.summaries(shop.db, text)), tuple(audits.leaks(shop.db, text)))


def may_price(shop: Shop) -> bool:
    """False when Saleor is known to refuse us to change prices: bundles are then shown without a discount."""
    return facts.get(shop.db, "may_price") is not False


def status(bundle: Bundle, now: datetime) -> str:
    """draft, active or paused; scheduled before an active bundle's start, ended after its end."""
    if bundle.state == ACTIVE and bundle.starts and now < bundle.starts:
        return SCHEDULED
    if bundle.state == ACTIVE and bundle.ends and bundle.ends <= now:
        return ENDED
    return bundle.state


def _read(
    draft: Mapping[str, Any], known: Mapping[str, Channel]
) -> tuple[Bundle | None, tuple[Problem, ...]]:
    try:
        return checks.read(draft, known, BundleId(0), 0), ()
    except BadBundle as error:
        return None, error.problems


def _members(draft: Mapping[str, Any]) -> list[Member]:
    """The members of a draft that can be read as such."""
    found = []
    for node in draft.get("members", []):
        quantity = node.get("quantity")
        product, variant = node.get("product"), node.get("variant")
        if product or variant:
            pieces = quantity if isinstance(quantity, int) and quantity > 0 else 1
            found.append(
                Member(
                    pieces,
                    ProductId(product) if product else None,
                    VariantId(variant) if variant else None,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class _Look:
    """Names and prices of some members, read once for all bundles that hold them. `products`: of chosen variants."""

    channels: Sequence[Channel]
    margin: int
    products: Mapping[VariantId, str]
    faces: Mapping[str, Face]
    variants: Mapping[str, Sequence[tuple[VariantId, str]]]
    sold: Mapping[ChannelId, floor.Sold]

    def described(self, members: Sequence[Member]) -> tuple[Described, ...]:
        return tuple(self._described(member) for member in members)

    def paid(self, channel: Channel, members: Sequence[Member], bundle: Bundle | None) -> Paid:
        sold = self.sold[channel.id]
        pieces = tuple(Piece(one, _cheapest(one.member, sold)) for one in self.described(members))
        if bundle is None:
            return Paid(channel, pieces, None)
        problems = tuple(floor.problems(bundle, channel, sold, self.margin))
        worth = [piece.goods.list_price * piece.quantity for piece in pieces if piece.goods]
        whole = len(worth) == len(pieces)
        price = promise(bundle.rule, channel.id, channel.currency, sum(worth)) if whole else None
        return Paid(channel, pieces, price, problems)

    def _described(self, member: Member) -> Described:
        product = _product(member, self.products)
        face = self.faces.get(product) or Face(faces.UNKNOWN, product, product)
        variants = tuple(self.variants.get(product, ()))
        name = dict(variants).get(member.variant, "") if member.variant and len(variants) > 1 else ""
        return Described(member, face, name, variants)


def _look(shop: Shop, members: Sequence[Member]) -> _Look:
    every = channels.every(shop.db)
    chosen = {member.variant for member in members if member.variant}
    owners = {variant: owner[0] for variant, owner in catalogue.products_of(shop.db, chosen).items()}
    products = {_product(member, owners) for member in members}
    ids = {member.id for member in members}
    return _Look(
        channels=every,
        margin=preferences.get(shop.db).bundle_margin,
        products=owners,
        faces=faces.of_products(shop.db, products),
        variants=faces.variants_named(shop.db, products, chosen),
        sold={channel.id: catalogue.goods(shop.db, channel.id, ids) for channel in every},
    )


def _product(member: Member, owners: Mapping[VariantId, str]) -> str:
    return member.product or (owners.get(member.variant) if member.variant else None) or member.id


def _cheapest(member: Member, sold: floor.Sold) -> Goods | None:
    """What shoppers can take for the member at the least price; what cannot be bought now only for want of others."""
    fitting = floor.choices(member, sold)
    return min(fitting, key=lambda goods: (not goods.available, goods.price, goods.variant), default=None)
