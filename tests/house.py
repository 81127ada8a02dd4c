"""The whole house in one process: Tandem installed in a sandbox Saleor, its jobs done when a test says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.app import create_app
from plugin.config import Config
from plugin.jobs import run_due
from plugin.sandbox.app_facts import App, Delivery
from plugin.sandbox.catalogue_facts import Catalogue
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Checkout, Order
from plugin.sandbox.state import State
from plugin.sandbox.toy_shop import toy_shop, variant
from plugin.shop import Shop, Tandem
from plugin.store import facts
from plugin.store.installations import Installation
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.refresh_catalogue import refresh_catalogue
from tests.builders import unrestrained
from tests.lines import LineToSaleor, LineToTandem

SECRET = "k" * 32
APP_URL = "http://tandem.example.com"
MANIFEST = f"{APP_URL}/api/manifest"
EUROPE = "default-channel"
AMERICA = "channel-us"

numbers = count(1)
"""Every house has a Saleor of its own address: nothing remembered of one may help another."""


@dataclass
class Clock:
    """Saleor's clock: the real one, moved by a test."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class House:
    """A sandbox Saleor, Tandem, and the lines between them."""

    config: Config
    clock: Clock
    sandbox: SandboxSaleor
    app: Flask
    to_saleor: LineToSaleor
    to_tandem: LineToTandem
    buyers: Iterator[int] = field(default_factory=lambda: count(1_000))

    @property
    def tandem(self) -> Tandem:
        """The app apart from the web."""
        found: Tandem = self.app.extensions["tandem"]
        return found

    @property
    def client(self) -> FlaskClient:
        """For requests that Saleor does not make."""
        return self.app.test_client()

    @property
    def installation(self) -> Installation:
        """The one shop that installed Tandem, removed or not."""
        with self.tandem.register() as register:
            (found,) = register.every()
        return found

    @property
    def saleor_app(self) -> App:
        """Tandem as Saleor sees it."""
        (found,) = self.sandbox.state.apps.values()
        return found

    def install(self, manifest: str = MANIFEST) -> App:
        """As the Dashboard does it; the shop then suggests without a budget (builders.unrestrained)."""
        app = self.sandbox.apps.install(manifest)
        for installation in self.tandem.installations():
            with self.tandem.shop(installation) as shop:
                if facts.text(shop.db, "preferences") is None:
                    unrestrained(shop.db)
        return app

    def work(self, until: timedelta = timedelta()) -> int:
        """Do every job that is due, or will be due by then; those that shoppers wait for first. How many were done."""
        done = 0
        for names in (plan_work.QUICK, plan_work.LONG, plan_work.QUICK):
            due = datetime.now(UTC) + until if until else None
            done += run_due(self.tandem, self.installation, names, due)
        return done

    def sweep(self) -> None:
        """The daily look at the whole catalogue."""
        with self.shop() as shop:
            for _seen in refresh_catalogue(shop, datetime.now(UTC)):
                pass

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """The shop's file, open."""
        with self.tandem.shop(self.installation) as shop:
            yield shop

    def place(self, *goods: str, **facts: Any) -> Order:
        """An order of one piece of each, by somebody new."""
        lines = {variant(name): 1 for name in goods}
        facts.setdefault("user_email", f"buyer-{next(self.buyers)}@example.com")
        return self.sandbox.orders.place(lines, **facts)

    def place_several(self, times: int, *goods: str, **facts: Any) -> list[Order]:
        """The same order by so many people."""
        return [self.place(*goods, **facts) for _ in range(times)]

    def open_checkout(self, *goods: str, channel: str = EUROPE) -> Checkout:
        """A shopper puts one piece of each into a basket; Tandem has answered the event, and done nothing yet."""
        return self.sandbox.checkouts.create(channel, {variant(name): 1 for name in goods})

    def written(self, checkout: Checkout) -> dict[str, Any] | None:
        """The document in the checkout, as any storefront reads it without a token."""
        query = 'query Shopper($id: ID!) { checkout(id: $id) { metafield(key: "tandem") } }'
        text = self.sandbox.ask(query, {"id": checkout.id})["data"]["checkout"]["metafield"]
        return None if text is None else dict(json.loads(text))

    def suggested(self, checkout: Checkout) -> list[str]:
        """Names of what is suggested in the checkout."""
        return names_in(self.written(checkout))

    def storefront(self, query: str, **headers: str) -> TestResponse:
        """The storefront endpoint of this shop."""
        address = f"/storefront/{self.installation.key}/suggestions?{query}"
        return self.client.get(address, headers=headers)

    def offered(self, *goods: str, channel: str = EUROPE) -> list[str]:
        """Names of what the storefront endpoint suggests beside these."""
        variants = ",".join(variant(name) for name in goods)
        query = f"variants={variants}&channel={channel}&placement=basket"
        return names_in(self.storefront(query).get_json())

    def basket(self, *goods: str) -> list[BasketLine]:
        """One piece of each, as a storefront names them."""
        return [BasketLine(VariantId(variant(name)), 1) for name in goods]

    def learned_orders(self) -> set[str]:
        """Ids of the orders that count."""
        with self.shop() as shop:
            return {row[0] for row in shop.db.conn.execute("select id from orders where learned <> '[]'")}

    def later(self, **passed: float) -> None:
        """Saleor's clock moves on: `later(minutes=5)`."""
        self.clock.ahead += timedelta(**passed)

    def signed(self, event: str, body: Mapping[str, Any] | bytes, **headers: str) -> dict[str, Any]:
        """What the test client needs to deliver this body as Saleor would: path, data and headers."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {
            "Saleor-Api-Url": self.sandbox.api_url,
            "Saleor-Event": event,
            "Saleor-Signature": self.sandbox.keys.signature(raw),
            "Content-Type": "application/json",
        }
        told |= {name.replace("_", "-"): text for name, text in headers.items()}
        return {"path": f"/api/webhooks/{event}", "data": raw, "headers": told}

    def deliver(self, event: str, body: Mapping[str, Any] | bytes, **headers: str) -> TestResponse:
        """Deliver this body, signed by Saleor. `headers` replace some: Saleor_Signature="forged"."""
        return self.client.post(**self.signed(event, body, **headers))

    def held(self, event: str) -> list[Delivery]:
        """Deliveries of this event that Saleor holds back."""
        return [delivery for delivery in self.sandbox.outbox.held if delivery.event_type == event]

    def body(self, event: str, **more: Any) -> dict[str, Any]:
        """The least an event's body holds."""
        return {
            "__typename": event.title().replace("_", ""),
            "issuedAt": self.clock().isoformat(),
            "issuingPrincipal": None,
            "recipient": {"id": self.installation.app_id},
            **more,
        }

    def restarted(self, **config: Any) -> House:
        """The same shop and files under a new process of Tandem, with these settings changed."""
        self.tandem.close()
        self.sandbox.http.close()
        return _joined(replace(self.config, **config), self.clock, self.sandbox)

    def close(self) -> None:
        """Close what is open."""
        self.tandem.close()
        self.sandbox.http.close()
        self.sandbox.close()


def names_in(document: Mapping[str, Any] | None) -> list[str]:
    """Names of the products in a document."""
    return [suggestion["name"] for suggestion in (document or {"suggestions": []})["suggestions"]]


def a_house(data_dir: Path, catalogue: Catalogue | None = None, **config: Any) -> House:
    """An empty shop that has not installed Tandem yet."""
    settings: dict[str, Any] = {
        "secret_key": (SECRET,),
        "data_dir": data_dir,
        "allowed_saleor_urls": ("*",),
        "import_pause_ms": 0,
        **config,
    }
    clock = Clock()
    origin = f"http://saleor-{next(numbers)}.sandbox"
    return _joined(
        Config(**settings),
        clock,
        SandboxSaleor(catalogue or toy_shop(stock=1_000), origin=origin, clock=clock),
    )


def a_copy(pattern: House, data_dir: Path) -> House:
    """Another house just like it, with files of its own: copying is faster than installing and learning again."""
    copytree(pattern.config.data_dir, data_dir, dirs_exist_ok=True)
    there, clock = pattern.sandbox, Clock()
    sandbox = SandboxSaleor(toy_shop(), origin=there.origin, clock=clock)
    for name in State.__slots__:
        getattr(sandbox.state, name).update(getattr(there.state, name))
    sandbox.kernel.dice.setstate(there.kernel.dice.getstate())
    sandbox.kernel._numbers.update(there.kernel._numbers)
    house = _joined(replace(pattern.config, data_dir=data_dir), clock, sandbox)
    house.buyers = count(2_000)
    return house


def _joined(config: Config, clock: Clock, sandbox: SandboxSaleor) -> House:
    to_saleor = LineToSaleor(httpx.WSGITransport(app=sandbox.wsgi), clock)
    app = create_app(config, transport=to_saleor, work=False)
    to_tandem = LineToTandem(httpx.WSGITransport(app=app))
    sandbox.http = httpx.Client(transport=to_tandem)
    return House(config, clock, sandbox, app, to_saleor, to_tandem)


def with_history(house: House) -> House:
    """Coffee people bought beans and a mug or filters, tea people tea and a pot; a bag lies in every third basket."""
    house.place_several(12, "beans", "mug")
    house.place_several(6, "beans", "filter")
    house.place_several(6, "beans", "mug", "bag")
    house.place_several(12, "tea", "pot")
    house.place_several(6, "tea", "strainer", "bag")
    house.place_several(12, "bag")
    return house
