"""Deliveries: to whom, when, and again when it failed. Three ways: now, from a thread, or held until flushed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

import httpx

from plugin.sandbox.app_facts import App, Delivery, Webhook
from plugin.sandbox.apps import Apps
from plugin.sandbox.background import Background
from plugin.sandbox.courier import attempt, wait_before
from plugin.sandbox.events import Fired, is_about_apps, permission_for
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.snapshots import Snapshots

Mode = Literal["now", "thread", "hold"]

WORKERS = 2
"""As a small Saleor has: two receivers that hang stall everybody's webhooks."""


class Outbox:
    """`mode` may be changed at any time."""

    def __init__(self, kernel: Kernel, snapshots: Snapshots, apps: Apps, mode: Mode = "now") -> None:
        self._kernel = kernel
        self._snapshots = snapshots
        self._apps = apps
        self.mode = mode
        self.held: list[Delivery] = []
        """Signed and ready, in the order they were fired; only in mode "hold"."""
        self.background = Background(WORKERS)

    @property
    def _http(self) -> httpx.Client:
        return self._apps.http

    def dispatch(self, fired: list[Fired]) -> None:
        """Called by the kernel when a change is complete and its lock is free."""
        for event in fired:
            for app, webhook in self.receivers(event):
                if self.mode == "thread":
                    self.background.put(partial(self._send_new, event, app, webhook))
                    continue
                delivery = self._new(event, app, webhook)
                if delivery and self.mode == "hold":
                    self.held.append(delivery)
                elif delivery:
                    self._send(delivery, webhook)

    def receivers(self, event: Fired) -> list[tuple[App, Webhook]]:
        """Active webhooks of active apps that asked for it and may know it."""
        if event.to is not None:
            return list(event.to)
        state, needed = self._kernel.state, permission_for(event.name)
        about_app = event.about.get("app") if is_about_apps(event.name) else None
        found = []
        for webhook in list(state.webhooks.values()):
            app = state.apps[webhook.app_id]
            told = webhook.is_active and event.name in (*webhook.events, *webhook.sync_events)
            may = (
                app.id == about_app
                if about_app
                else app.is_active and (needed is None or needed in app.permissions)
            )
            if told and may:
                found.append((app, webhook))
        return found

    def do(self, job: Callable[[], None]) -> None:
        """Something a real Saleor leaves to its workers."""
        if self.mode == "thread":
            self.background.put(job)
        else:
            job()

    def flush(self, order: random.Random | None = None, duplicates: int = 0) -> int:
        """Deliver what is held: in order, or shuffled by `order`; `duplicates` of them twice. Answers how many were sent."""
        held, self.held = self.held, []
        if order:
            held += [order.choice(held) for _ in range(duplicates if held else 0)]
            order.shuffle(held)
        else:
            held += held[:duplicates]
        for delivery in held:
            webhook = self._kernel.state.webhooks.get(delivery.webhook_id)
            if webhook:
                self._send(delivery, webhook)
        return len(held)

    def retry(self, delivery: Delivery) -> None:
        """eventDeliveryRetry: the same body once more."""
        webhook = self._kernel.state.webhooks.get(delivery.webhook_id)
        if webhook:
            self._send(delivery, webhook)

    def wait_until_idle(self, seconds: float = 30.0) -> bool:
        """In mode "thread": whether everything due was delivered in time."""
        return self.background.wait_until_idle(seconds)

    def close(self) -> None:
        """Stop the workers."""
        self.background.close()

    def _new(self, event: Fired, app: App, webhook: Webhook) -> Delivery | None:
        kernel = self._kernel
        body = self._snapshots.body(event, app, webhook)
        with kernel.lock:
            delivery = Delivery(
                id=kernel.new_id("EventDelivery"),
                webhook_id=webhook.id,
                event_type=event.name,
                created_at=kernel.clock(),
                payload=body or b"",
                signature=kernel.keys.signature(body) if body else "",
                status="PENDING" if body else "FAILED",
            )
            kernel.state.deliveries[delivery.id] = delivery
        return delivery if body else None

    def _send_new(self, event: Fired, app: App, webhook: Webhook) -> None:
        delivery = self._new(event, app, webhook)
        if delivery:
            self._send(delivery, webhook)

    def _send(self, delivery: Delivery, webhook: Webhook) -> None:
        while True:
            delivery = attempt(self._kernel, self._http, delivery, webhook)
            self._note(delivery)
            if delivery.status != "PENDING":
                return
            wait = wait_before(len(delivery.attempts)) * self._kernel.settings.time_scale
            if self.mode == "thread":
                self.background.put(partial(self._send, delivery, webhook), wait)
                return
            time.sleep(wait)

    def _note(self, delivery: Delivery) -> None:
        """Failed and pending ones are kept and can be listed; successful ones are deleted at once."""
        deliveries = self._kernel.state.deliveries
        if delivery.status == "SUCCESS":
            deliveries.pop(delivery.id, None)
        else:
            deliveries[delivery.id] = delivery
