"""Apps: installed by manifest, switched on and off, removed; and the webhooks they keep themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import httpx

from plugin.sandbox import manifests
from plugin.sandbox.app_facts import ANONYMOUS, App, AppInstallation, Principal, Webhook
from plugin.sandbox.documents import BadDocument
from plugin.sandbox.handshake import hand_over_token
from plugin.sandbox.installing import created
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected, not_found


class Apps:
    """Verbs on apps. `http` calls the app under test; it may be replaced at any time."""

    def __init__(self, kernel: Kernel, http: httpx.Client) -> None:
        self._kernel = kernel
        self.http = http

    def install(
        self,
        manifest_url: str,
        permissions: Iterable[str] | None = None,
        activate: bool = True,
        by: Principal = ANONYMOUS,
    ) -> App:
        """What the Dashboard does: appFetchManifest, then appInstall, then its job, all at once.

        Raises:
            Rejected: with the message the merchant would see.
        """
        manifest = manifests.fetch(self._kernel, self.http, manifest_url)
        wanted = manifest.get("permissions", ()) if permissions is None else permissions
        installation = self.begin(manifest["name"], manifest_url, wanted, activate)
        return self.finish(installation.id, by)

    def begin(
        self, name: str, manifest_url: str, permissions: Iterable[str], activate: bool = True
    ) -> AppInstallation:
        """appInstall: an installation that is pending."""
        kernel = self._kernel
        with kernel.change():
            now = kernel.clock()
            installation = AppInstallation(
                kernel.new_id("AppInstallation"),
                name,
                manifest_url,
                frozenset(permissions),
                activate,
                now,
                now,
            )
            kernel.state.installations[installation.id] = installation
            return installation

    def finish(self, installation_id: str, by: Principal = ANONYMOUS) -> App:
        """The job after appInstall: the app, its webhooks, its token; or a FAILED installation and nothing else.

        The lock is free while the app is called, so that it may call back.

        Raises:
            Rejected: with the message the merchant would see.
        """
        kernel, state = self._kernel, self._kernel.state
        installation = state.installations[installation_id]
        app: App | None = None
        try:
            manifest = manifests.fetch(kernel, self.http, installation.manifest_url)
            app = created(kernel, installation, manifest)
            if manifest.get("tokenTargetUrl"):
                hand_over_token(kernel, self.http, manifest["tokenTargetUrl"], app.token)
        except Rejected as refused:
            with kernel.change():
                if app:
                    self._remove(app.id)
                state.installations[installation_id] = replace(
                    installation, status="FAILED", message=refused.trouble.message, updated_at=kernel.clock()
                )
            raise
        with kernel.change(by):
            del state.installations[installation_id]
            kernel.fire("APP_INSTALLED", app=app.id)
        return app

    def set_active(self, app_id: str, active: bool, by: Principal = ANONYMOUS) -> App:
        """appActivate, appDeactivate: the app itself is told, even when it is switched off."""
        return self._change(app_id, "APP_STATUS_CHANGED", by, is_active=active)

    def update(self, app_id: str, by: Principal = ANONYMOUS, **changes: Any) -> App:
        """appUpdate: name or permissions."""
        return self._change(app_id, "APP_UPDATED", by, **changes)

    def grant(self, app_id: str, *permissions: str, by: Principal = ANONYMOUS) -> App:
        """appUpdate by staff: more permissions."""
        return self.update(app_id, by, permissions=self.known(app_id).permissions | set(permissions))

    def withdraw(self, app_id: str, *permissions: str, by: Principal = ANONYMOUS) -> App:
        """appUpdate by staff: fewer permissions."""
        return self.update(app_id, by, permissions=self.known(app_id).permissions - set(permissions))

    def _change(self, app_id: str, event: str, by: Principal, **changes: Any) -> App:
        with self._kernel.change(by):
            app = replace(self.known(app_id), **changes)
            self._kernel.state.apps[app_id] = app
            self._kernel.fire(event, app=app_id)
            return app

    def delete(self, app_id: str, by: Principal = ANONYMOUS) -> App:
        """appDelete: the app is told although it is inactive by then; its token and webhooks are gone."""
        kernel = self._kernel
        with kernel.change(by):
            gone = replace(self.known(app_id), is_active=False)
            hooks = tuple(it for it in kernel.state.webhooks.values() if it.app_id == app_id)
            self._remove(app_id)
            told = tuple((gone, it) for it in hooks if "APP_DELETED" in it.events and it.is_active)
            kernel.fire("APP_DELETED", to=told, app=gone)
            return gone

    def _remove(self, app_id: str) -> None:
        state = self._kernel.state
        del state.apps[app_id]
        for hook in [it for it in state.webhooks.values() if it.app_id == app_id]:
            del state.webhooks[hook.id]

    def known(self, app_id: str) -> App:
        """The app now.

        Raises:
            Rejected: there is none.
        """
        if app_id not in self._kernel.state.apps:
            raise not_found(app_id)
        return self._kernel.state.apps[app_id]

    def write_webhook(
        self, webhook: Webhook, listed: Iterable[str] = (), sync: Iterable[str] = ()
    ) -> Webhook:
        """webhookCreate and webhookUpdate: the query must fit the schema; a missing permission is no error."""
        with self._kernel.change():
            try:
                wanted = manifests.subscribed(self._kernel, webhook.subscription_query, listed, sync)
            except BadDocument as bad:
                raise Rejected("query", "INVALID", f"Subscription query is not valid: {bad}") from bad
            if not (wanted.events or wanted.sync_events):
                raise Rejected("asyncEvents", "MISSING_EVENT", "At least one event is required.")
            kept = replace(webhook, events=wanted.events, sync_events=wanted.sync_events)
            self._kernel.state.webhooks[kept.id] = kept
            return kept

    def delete_webhook(self, webhook_id: str) -> Webhook:
        """webhookDelete."""
        with self._kernel.change():
            gone = self._kernel.state.webhooks.pop(webhook_id, None)
            if gone is None:
                raise not_found(webhook_id)
            return gone
