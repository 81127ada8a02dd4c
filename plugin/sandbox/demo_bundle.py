"""The demo's chapter on bundles: set up by the merchant, offered, taken, broken and made whole again, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from plugin.sandbox.demo_shop import EUR, product_id, variant_id
from plugin.sandbox.demo_shopper import NothingHappened, Shopper, wait_for
from plugin.sandbox.stage import Stage
from plugin.use_cases.change_bundles import save_bundle

RECORDER, READER, STRAP = MEMBERS = ("field-recorder", "card-reader", "strap")
"""Nothing else belongs to the recorder, so that the set is what helps most beside it."""

PERCENT = "12"

GUARD = "CHECKOUT_FILTER_SHIPPING_METHODS"


@dataclass(frozen=True, slots=True)
class BundleChapter:
    """Tells it while it happens; every price is read back from Saleor."""

    stage: Stage
    shopper: Shopper
    tell: Callable[[str], None]

    def run(self) -> None:
        """The whole chapter.

        Raises:
            NothingHappened: a step did not come about, or a price is not exact.
        """
        bundle = self.set_up()
        checkout, told = self.offer()
        promise = Decimal(told["bundle"]["price"]["amount"])
        self.take(bundle, checkout, promise, "Taken")
        self.break_it(checkout, told)
        self.take(bundle, checkout, promise, "Taken again")

    def set_up(self) -> str:
        """The merchant grants the permission and makes a bundle."""
        saleor = self.stage.saleor
        app = next(iter(saleor.state.apps.values()))
        saleor.apps.grant(app.id, "HANDLE_CHECKOUTS", by=saleor.staff)
        draft = {
            "name": "Travel reporter",
            "translations": {"de": "Reisereporter"},
            "state": "active",
            "members": [{"product": product_id(slug), "quantity": 1} for slug in MEMBERS],
            "rule": {"kind": "percent", "percent": PERCENT},
            "channels": [EUR.slug],
        }
        with self.stage.tandem.shop(self.stage.installation) as shop:
            bundle = save_bundle(shop, draft, "merchant@example.com", datetime.now(UTC))
        self.stage.tandem.wake(self.stage.installation)
        wait_for("the guard", lambda: self._guarded() or None)
        self.tell(
            f"The merchant lets Tandem set prices and makes the bundle [bold]{bundle.name}[/]: {PERCENT} % off"
            " three products. The guard stands."
        )
        return str(bundle.id)

    def offer(self) -> tuple[str, dict[str, Any]]:
        """A shopper begins it."""
        checkout = self.shopper.open_checkout(EUR.slug)
        self.shopper.add(checkout, variant_id(RECORDER))
        told, seconds = wait_for("the offer", lambda: self._offered(checkout))
        bundle = told["bundle"]
        self.tell(
            f"With a field recorder in the basket it is offered {seconds * 1000:.0f} ms later: the set for"
            f" {_money(bundle['price'])} instead of {_money(bundle['separately'])},"
            f" [bold]{_money(bundle['saving'])} less[/]."
        )
        return checkout, told

    def take(self, bundle: str, checkout: str, promise: Decimal, word: str) -> None:
        """One request of the storefront; it names the bundle and no price."""
        path = f"{self.stage.app_url}/storefront/{self.stage.installation.key}/bundles/{bundle}/add"
        answer = self.shopper.http.post(path, json={"checkout": checkout}).json()
        if answer.get("status") != "added":
            raise NothingHappened(f"the set was not added: {answer}")
        prices = self.shopper.prices(checkout)
        if sum(prices.values()) != promise:
            raise NothingHappened(f"the set costs {prices}, promised was {promise}")
        lines = ", ".join(f"{name} {amount}" for name, amount in prices.items())
        self.tell(f"{word}, it costs exactly {promise} EUR: {lines}.")

    def break_it(self, checkout: str, told: dict[str, Any]) -> None:
        """The shopper takes one member out: its partners are at their own prices again."""
        taken = next(piece for piece in told["bundle"]["members"] if piece["missing"])
        apart = {
            piece["name"]: Decimal(piece["price"]["amount"])
            for piece in told["bundle"]["members"]
            if piece["variantId"] != taken["variantId"]
        }
        self.shopper.remove(checkout, taken["variantId"])
        _, seconds = wait_for("the restored price", lambda: self.shopper.prices(checkout) == apart or None)
        lines = ", ".join(f"{name} {amount}" for name, amount in apart.items())
        self.tell(
            f"The shopper took the {taken['name']} out again: {seconds * 1000:.0f} ms later the others cost"
            f" what they cost alone: {lines}."
        )

    def _guarded(self) -> bool:
        return any(GUARD in it.sync_events for it in self.stage.saleor.state.webhooks.values())

    def _offered(self, checkout: str) -> dict[str, Any] | None:
        found = self.shopper.suggestions(checkout) or []
        return next((it for it in found if it["kind"] == "bundle"), None)


def _money(money: dict[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"
