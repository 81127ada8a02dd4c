"""Synchronous webhooks: Saleor waits for the answer, once, and goes on without it when there is none."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from plugin.sandbox.app_facts import App, Delivery, Webhook
from plugin.sandbox.apps import Apps
from plugin.sandbox.courier import headers_for
from plugin.sandbox.events import Fired
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.outbox import Outbox
from plugin.sandbox.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class SyncCalls:
    """Calls whoever subscribed, one after the other. The lock is free meanwhile: apps call back."""

    kernel: Kernel
    snapshots: Snapshots
    apps: Apps
    outbox: Outbox

    def call(self, fired: Fired) -> list[object]:
        """The JSON each app answered with 2xx in time."""
        answers = [self._answer(fired, app, webhook) for app, webhook in self.outbox.receivers(fired)]
        return [it for it in answers if it is not None]

    def _answer(self, fired: Fired, app: App, webhook: Webhook) -> object | None:
        body = self.snapshots.body(fired, app, webhook)
        if body is None:
            return None
        kernel = self.kernel
        delivery = Delivery(
            kernel.new_id("EventDelivery"), webhook.id, fired.name, kernel.clock(), body, kernel.keys.signature(body)
        )  # fmt: skip
        try:
            said = self.apps.http.post(
                webhook.target_url,
                content=body,
                headers=headers_for(kernel, delivery, webhook),
                timeout=httpx.Timeout(kernel.settings.sync_timeout, connect=2),
                follow_redirects=False,
            )
            answer: object = said.json() if said.is_success else None
        except (httpx.HTTPError, ValueError):
            return None
        return answer
