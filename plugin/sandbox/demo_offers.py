"""The demo's chapter on single offers: an upgrade taken, delivery made free, two offers turned down, and why the rest is held back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from rich.table import Table

from plugin.sandbox.demo_shop import EUR, variant_id
from plugin.sandbox.demo_shopper import NothingHappened, Shopper
from plugin.sandbox.demo_storefront import Storefront, of_kind
from plugin.sandbox.demo_withheld import held_back, nothing_shown
from plugin.sandbox.stage import Stage
from plugin.sandbox.true_delivery import FILLED_UP, TRUE_DELIVERIES

MONOPOD, CAMERA = "monopod-6", "halden-h5"
PIECES = 2
NOTE = {"engraving": "Ann and Bo"}


@dataclass(frozen=True, slots=True)
class OffersChapter:
    """Tells it while it happens; every basket is read back from Saleor."""

    stage: Stage
    shopper: Shopper
    tell: Callable[[str], None]
    show: Callable[[Table], None]

    @property
    def storefront(self) -> Storefront:
        """The shopper's."""
        return Storefront(self.stage, self.shopper)

    def run(self) -> None:
        """The whole chapter.

        Raises:
            NothingHappened: a step did not come about, or an amount is not exact.
        """
        self.upgrade()
        self.fill_up()
        self.decline_twice()
        self.explain()

    def upgrade(self) -> None:
        """A better one is offered with the fact and the difference, and swapped in one step."""
        old = variant_id(MONOPOD)
        checkout = self.shopper.open_checkout(EUR.slug)
        self.shopper.add(checkout, old, PIECES, NOTE)
        made, seconds = self.storefront.document(checkout, {old: PIECES})
        offered = of_kind(made, "upgrade")
        if offered is None:
            raise NothingHappened("no upgrade is offered")
        self.tell(
            f"{PIECES} monopods are put into a basket, to be engraved. {seconds * 1000:.0f} ms later a better one is offered:"
            f" [bold]{offered['name']}[/], {offered['reason']['text']} each."
        )
        before = self.shopper.basket(checkout).subtotal
        swap = {"from": old, "to": offered["variantId"], "linesHash": made["linesHash"]}
        self.storefront.knock(checkout, "upgrade", swap, "upgraded")
        after = self.shopper.basket(checkout)
        (line,) = after.lines
        kept = (line.variant, line.pieces, line.notes)
        if kept != (offered["variantId"], PIECES, NOTE):
            raise NothingHappened(f"the line was not swapped as a whole: {after.lines}")
        if after.subtotal - before != Decimal(offered["upgrade"]["total"]["amount"]):
            raise NothingHappened(
                f"promised were {offered['upgrade']['total']}, not {before} to {after.subtotal}"
            )
        self.tell(
            f"Taken in one step: {line.pieces} × {line.name}, {before} became {after.subtotal} EUR as promised,"
            f' and the note stayed: "{line.notes["engraving"]}".'
        )

    def fill_up(self) -> None:
        """The gap to free delivery, to the cent, and what closes it."""
        checkout = self.shopper.open_checkout(EUR.slug)
        for variant in FILLED_UP:
            self.shopper.add(checkout, variant)
        made, _ = self.storefront.document(checkout, dict.fromkeys(FILLED_UP, 1))
        offered = of_kind(made, "free_delivery")
        if offered is None:
            self.tell(
                "So few past orders tell nothing that goes with two filters: free delivery is not spoken of."
            )
            return
        (_, costs), before = self.shopper.choose_delivery(checkout), self.shopper.basket(checkout)
        gap = Decimal(offered["delivery"]["gap"]["amount"])
        if gap != TRUE_DELIVERIES[EUR.slug].free_from - before.subtotal:
            raise NothingHappened(f"the gap is not {gap} beside {before.subtotal}")
        self.tell(
            f"Two filters cost {before.subtotal} EUR, and their delivery {costs}. [bold]{gap} EUR[/] are missing to"
            f" free delivery; the {offered['name']} for {offered['price']['amount']} goes with them and closes the gap."
        )
        self.shopper.add(checkout, offered["variantId"])
        (name, costs), after = self.shopper.choose_delivery(checkout), self.shopper.basket(checkout)
        if costs:
            raise NothingHappened(f"delivery still costs {costs}")
        self.tell(
            f'Added: Saleor now offers "{name}" for {costs}. To pay were {before.total}, now are'
            f" {after.total} EUR, the {offered['name']} included."
        )

    def decline_twice(self) -> None:
        """Not this one; not that one either: then there is quiet in this checkout."""
        monopod, camera = variant_id(MONOPOD), variant_id(CAMERA)
        checkout = self.shopper.open_checkout(EUR.slug)
        self.shopper.add(checkout, monopod)
        made, _ = self.storefront.document(checkout, {monopod: 1})
        for word in ("Not this one", "Nor this one"):
            declined = made["suggestions"][0]
            named = {"kind": declined["kind"], "productId": declined["productId"]}
            self.storefront.knock(checkout, "decline", named, "declined")
            made, _ = self.storefront.document(checkout, {monopod: 1}, without=declined["productId"])
            then = [f"now the {it['name']} is offered" for it in made["suggestions"]]
            self.tell(
                f"[bold]{word}[/], a shopper said to the {declined['name']}:"
                f" {next(iter(then), 'nothing more is offered in this checkout')}."
            )
        self.shopper.add(checkout, camera)
        made, _ = self.storefront.document(checkout, {monopod: 1, camera: 1})
        if made["suggestions"]:
            raise NothingHappened(f"still offered: {made['suggestions']}")
        self.tell("Even a camera laid beside it brings no new offer: twice no is no.")

    def explain(self) -> None:
        """Why nothing else was offered with the two filters, and why a basket got nothing."""
        with self.stage.tandem.shop(self.stage.installation) as shop:
            now = datetime.now(UTC)
            table, count = held_back(shop, EUR.slug, FILLED_UP, now)
            told = nothing_shown(shop, now)
        self.tell(
            f"Beside the two filters {count} offers were weighed; the merchant reads what became of each:"
        )
        self.show(table)
        self.tell(told)
