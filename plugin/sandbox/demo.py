"""`tandem demo`: the whole story on the embedded Saleor, told step by step."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from plugin.sandbox.demo_bundle import BundleChapter
from plugin.sandbox.demo_learning import wait_for_the_rest
from plugin.sandbox.demo_offers import OffersChapter
from plugin.sandbox.demo_shop import EUR, variant_id
from plugin.sandbox.demo_shopper import NothingHappened, Shopper, wait_for
from plugin.sandbox.stage import HOST, Stage, set_up
from plugin.use_cases.describe_shop import Learning, learning

CAMERA = "halden-h5"
LEARNED_WITHIN = 5.0
"""Seconds from an order to a changed answer: the promise."""

IMPORT_PATIENCE = 900.0
PAUSED_PATIENCE = 30.0
"""Seconds: for the whole import, and for one that met trouble and will be tried again."""

LOOK_EVERY = 0.2


@dataclass
class Story:
    """Tells what happens while it happens."""

    stage: Stage
    console: Console
    shopper: Shopper
    steps: int = field(default=0)

    def tell(self, text: str) -> None:
        """The next step."""
        self.steps += 1
        self.console.print(f"[bold cyan]{self.steps}[/] {text}")

    def install(self) -> None:
        """The real handshake over HTTP."""
        app = self.stage.saleor.apps.install(f"{self.stage.app_url}/api/manifest", by=self.stage.saleor.staff)
        hooks = sum(it.app_id == app.id for it in self.stage.saleor.state.webhooks.values())
        self.tell(
            f"Installed [bold]{app.name}[/] by its manifest: token handed over, {hooks} webhooks,"
            f" {len(app.permissions)} permissions."
        )

    def learn(self) -> None:
        """Wait for the catalogue, the order history, and what follows from both."""
        began = well = time.monotonic()
        columns = (
            TextColumn("  learning the past orders"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task("", total=len(self.stage.saleor.state.orders))
            while (seen := self.learned()).stage != "done" or seen.recounting:
                bar.update(task, completed=seen.seen)
                well = time.monotonic() if seen.stage != "paused" else well
                if time.monotonic() - began > IMPORT_PATIENCE or time.monotonic() - well > PAUSED_PATIENCE:
                    raise NothingHappened(f"the import is {seen.stage}: {seen.trouble or 'no reason given'}")
                time.sleep(LOOK_EVERY)
        seconds = time.monotonic() - began
        wait_for_the_rest(self.stage)
        self.tell(
            f"Learned {seen.seen:,} past orders in {seconds:.1f} s ({seen.seen / seconds:,.0f} a second):"
            f" {seen.orders:,} count, the others were cancelled, expired or refunded. {seen.products} products known."
        )

    def suggest(self) -> tuple[str, list[dict[str, Any]]]:
        """A basket with a camera, and what is written into its checkout."""
        checkout = self.shopper.open_checkout(EUR.slug)
        self.shopper.add(checkout, variant_id(CAMERA))
        found, seconds = wait_for("a suggestion", lambda: self.shopper.suggestions(checkout))
        self.tell(
            f"A shopper put a [bold]Halden H5[/] into the basket. {seconds * 1000:.0f} ms later the checkout's"
            ' metafield "tandem" said:'
        )
        self.console.print(_table(found))
        return checkout, found

    def order_and_cancel(self, checkout: str, found: list[dict[str, Any]]) -> None:
        """An order is learned at once, and un-learned when it is cancelled."""
        saleor, before = self.stage.saleor, self.learned().orders
        reason = self._reason()
        self.shopper.add(checkout, found[0]["variantId"])
        self.shopper.choose_delivery(checkout)
        saleor.payments.pay(checkout)
        order = self.shopper.order(checkout)
        self._changed(
            f"Ordered both as number {order['number']}", lambda: self.learned().orders == before + 1, reason
        )
        reason = self._reason()
        saleor.orders.cancel(order["id"], by=saleor.staff)
        self._changed("Cancelled it", lambda: self.learned().orders == before, reason)

    def _changed(self, what: str, happened: Callable[[], bool], before: str) -> None:
        _, seconds = wait_for(what, lambda: happened() or None)
        if seconds > LEARNED_WITHIN:
            raise NothingHappened(f"{what}: took {seconds:.1f} s, promised are {LEARNED_WITHIN:.0f} s")
        self.tell(f"{what}: the counts followed {seconds * 1000:.0f} ms later.")
        self.console.print(
            f"    before  {before}\n    now     {self._reason()}", style="dim", highlight=False
        )

    def _reason(self) -> str:
        """What the storefront endpoint says beside the camera."""
        asked = {"variants": variant_id(CAMERA), "channel": EUR.slug, "placement": "product"}
        address = f"{self.stage.app_url}/storefront/{self.stage.installation.key}/suggestions"
        found = self.shopper.http.get(address, params=asked).json()["suggestions"]
        return f"{found[0]['name']}: {found[0]['reason']['text']}" if found else "nothing"

    def learned(self) -> Learning:
        """How far the app is."""
        with self.stage.tandem.shop(self.stage.installation) as shop:
            return learning(shop, datetime.now(UTC))


def run(*, once: bool, orders: int, port: int) -> None:
    """Install, learn, suggest, order, cancel; then wait for people, unless `once`."""
    console = Console()
    console.print(f"Opening a demo shop with {orders:,} past orders …", style="dim", highlight=False)
    with set_up(orders, port) as stage, httpx.Client(timeout=20) as http:
        story = Story(stage, console, Shopper(http, stage.saleor.api_url))
        story.tell(
            f"A Saleor {stage.saleor.settings.version} at {stage.saleor.origin}, Tandem at {stage.app_url}."
        )
        story.install()
        story.learn()
        checkout, found = story.suggest()
        story.order_and_cancel(checkout, found)
        BundleChapter(stage, story.shopper, story.tell).run()
        OffersChapter(stage, story.shopper, story.tell, console.print).run()
        console.print(_doors(stage))
        if not once:
            console.print("Ctrl+C ends it; everything is thrown away.", style="dim")
            _wait_for_people()


def _wait_for_people() -> None:
    """Until Ctrl+C, or until the process is asked to end: either way everything is cleaned up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def _table(found: list[dict[str, Any]]) -> Table:
    table = Table(
        "suggested", "variant", "price", "rung", "why", box=None, padding=(0, 2), header_style="dim"
    )
    for it in found:
        price = f"{it['price']['amount']} {it['price']['currency']}"
        table.add_row(f"[bold]{it['name']}", it["variantName"] or "", price, it["rung"], it["reason"]["text"])
    return table


def _doors(stage: Stage) -> Panel:
    port = stage.saleor.origin.rpartition(":")[2]
    return Panel(
        f"The shop, with a basket to change   http://{HOST}:{port}/\n"
        f"The demo Dashboard with the app     http://{HOST}:{port}/dashboard/\n"
        f"The app's manifest                  {stage.app_url}/api/manifest",
        expand=False,
        border_style="dim",
    )
