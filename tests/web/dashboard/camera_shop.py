"""A shop worth looking at: cameras with what belongs to them, a history, and a week of checkouts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flask import Flask

from plugin.sandbox.keys import SigningKeys
from plugin.shop import Shop, Tandem
from plugin.store import catalogue, channels, facts, suggestions_shown
from plugin.store.database import writing
from plugin.store.installations import Installation
from plugin.suggestions.catalogue import Channel, Listing, Product, Variant
from plugin.suggestions.document import document
from plugin.suggestions.model import BasketLine, ChannelId, ProductId, VariantId
from plugin.use_cases.learn_from_order import learn_from_order
from plugin.use_cases.learn_from_past_orders import Progress
from plugin.use_cases.suggest_for_basket import suggest_for_basket
from tests.builders import an_order, unrestrained
from tests.conftest import API_URL, an_installation

EUROPE = Channel(ChannelId("europe"), "default-channel", "Europe", "EUR", True, True)
AMERICA = Channel(ChannelId("america"), "channel-us", "United States", "USD", True, False)

GOODS = {
    "x100": ("X100 camera", "cameras", "1299.00"),
    "card": ("Memory card 64 GB", "cards", "24.90"),
    "case": ("Leather case for X100", "bags", "59.00"),
    "battery": ("Spare battery NP-W126S", "power", "69.00"),
    "z6": ("Z6 body", "cameras", "1999.00"),
    "prime": ("50 mm f/1.8 lens", "lenses", "549.00"),
    "filter": ("UV filter 62 mm", "filters", "29.00"),
    "tripod": ("Travel tripod", "tripods", "149.00"),
    "head": ("Ball head", "tripods", "89.00"),
    "cloth": ("Cleaning cloth", "care", "4.50"),
    "strap": ("Paper strap, discontinued", "bags", "12.00"),
}

SHADES = {"case": ("Black", "Brown")}
"""Products of several variants; the first costs what the product costs, every further one a euro more."""

PROMOTED = {"tripod": "129.00"}
"""What a promotion makes of a list price."""

COSTS = {"prime": "503.17", "filter": "21.37"}
"""What the merchant pays, where that is known."""

BASKETS = (
    (("x100", "card", "case"), 14), (("x100", "card"), 16), (("x100", "battery"), 9), (("x100", "cloth"), 6),
    (("z6", "prime", "filter"), 15), (("z6", "prime"), 8), (("z6", "card"), 5), (("tripod", "head"), 17),
    (("tripod", "cloth"), 4), (("cloth",), 40), (("card", "cloth"), 6), (("prime", "cloth"), 4), (("strap",), 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """How a member of staff comes to our pages: the installation and the key their Saleor signs with."""

    installation: Installation
    keys: SigningKeys

    def claims(self, **changes: object) -> dict[str, object]:
        """What Saleor writes into a token for the Dashboard's frame."""
        now = int(datetime.now(UTC).timestamp())
        told: dict[str, object] = {
            "iat": now, "exp": now + 300, "iss": self.installation.api_url, "type": "thirdparty", "app": self.installation.app_id,
            "user_id": "VXNlcjoyMQ==", "email": "admin@example.com", "is_staff": True, "permissions": [],
            "user_permissions": ["MANAGE_PRODUCTS"], "owner": "saleor", "token": "2jaqD5T5SdBV",
        }  # fmt: skip
        return {name: value for name, value in {**told, **changes}.items() if value is not None}

    def token(self, **changes: object) -> str:
        """A token with these claims changed; None leaves one out."""
        return self.keys.token(self.claims(**changes))

    def headers(self, token: str | None = None) -> dict[str, str]:
        """What the bridge sends with every request."""
        bearer = self.token() if token is None else token
        return {"Authorization": f"Bearer {bearer}", "saleor-api-url": self.installation.api_url}


def installed(app: Flask, keys: SigningKeys, api_url: str = API_URL) -> Door:
    """Put an installation into the app's register, as /api/register would have."""
    tandem: Tandem = app.extensions["tandem"]
    kept = an_installation(api_url)
    kept.jwks.update(keys.jwks())
    with tandem.register() as register:
        register.keep(kept)
    tandem.changed()
    return Door(tandem.installed_at(api_url), keys)


def fill(shop: Shop, pictures: str = "https://media.example.com") -> None:
    """Catalogue, history, a week of checkouts, and the facts of a finished import."""
    now = datetime.now(UTC)
    unrestrained(shop.db)
    for channel in (EUROPE, AMERICA):
        channels.keep(shop.db, channel)
    for slug, (name, category, price) in GOODS.items():
        _sell(shop, slug, name, category, price, pictures)
    number = 0
    for products, times in BASKETS:
        for _time in range(times):
            number += 1
            order = an_order(
                str(number), *products, channel=EUROPE.id, ordered_at=now - timedelta(hours=number % 300),
                checkout=f"checkout {number}",
            )  # fmt: skip
            learn_from_order(shop, order, now)
    _suggest(shop, now)
    imported(shop, Progress(number, number, None, finished=True))
    facts.keep(
        shop.db, "last_delivery", {"event": "ORDER_CREATED", "at": (now - timedelta(seconds=90)).isoformat()}
    )


def imported(shop: Shop, progress: Progress) -> None:
    """How far the history import is said to be."""
    told = {
        "seen": progress.seen,
        "total": progress.total,
        "cursor": progress.cursor,
        "finished": progress.finished,
    }
    facts.keep(shop.db, "import", told)


def _sell(shop: Shop, slug: str, name: str, category: str, price: str, pictures: str) -> None:
    costs = {EUROPE.id: Decimal(COSTS[slug])} if slug in COSTS else {}
    variants = tuple(
        Variant(VariantId(f"{slug}-{number}"), shade, frozenset(), costs)
        for number, shade in enumerate(SHADES.get(slug, (name,)), start=1)
    )
    thumbnail = None if slug == "cloth" else f"{pictures}/{slug}.svg"
    made = Product(
        ProductId(slug), name, slug, category, category.capitalize(), "goods", (), (), thumbnail, name, variants
    )  # fmt: skip
    catalogue.keep(shop.db, made, "2026-11-22")
    for channel in (EUROPE, AMERICA):
        listings = []
        for more, variant in enumerate(variants):
            listed = Decimal(price) + more
            now = Decimal(PROMOTED.get(slug, listed))
            available = channel == EUROPE or slug != "case"
            listings.append(
                Listing(
                    variant.id,
                    made.id,
                    now,
                    now,
                    channel.currency,
                    available,
                    5,
                    list_gross=listed,
                    list_net=listed,
                )
            )
        catalogue.keep_listings(shop.db, channel.id, listings, True, [made.id])


def _suggest(shop: Shop, now: datetime) -> None:
    """Documents as made for checkouts of the last week."""
    for place, slug in enumerate(["x100"] * 30 + ["z6"] * 18 + ["tripod"] * 9 + ["strap"] * 4, start=1):
        made_at = now - timedelta(days=(place * place) % 7)
        lines = [BasketLine(VariantId(f"{slug}-1"), 1)]
        suggestions = suggest_for_basket(shop, EUROPE.id, lines, now)
        with writing(shop.db):
            suggestions_shown.keep(
                shop.db, f"checkout {place}", document(suggestions, lines, "checkout", made_at)
            )
