"""An app's rows: made from its manifest."""

from __future__ import annotations

from typing import Any

from plugin.sandbox import manifests
from plugin.sandbox.app_facts import App, AppInstallation
from plugin.sandbox.handshake import new_token
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected


def created(kernel: Kernel, installation: AppInstallation, manifest: dict[str, Any]) -> App:
    """The app as its manifest describes it, with its webhooks, before its token is handed over.

    Raises:
        Rejected: it is installed already, or this Saleor does not suit it.
    """
    state = kernel.state
    with kernel.change():
        if any(it.identifier == manifest["id"] for it in state.apps.values()):
            raise Rejected("identifier", "UNIQUE", "App with the same identifier is already installed")
        constraint = manifest.get("requiredSaleorVersion")
        if not manifests.satisfies(kernel.settings.version, constraint):
            raise Rejected(
                "requiredSaleorVersion",
                "UNSUPPORTED_SALEOR_VERSION",
                f"Saleor version {kernel.settings.version} is not supported by the app.",
            )
        gid = kernel.new_id("App")
        app = App(
            id=gid,
            identifier=manifest["id"],
            name=installation.app_name,
            token=new_token(kernel),
            permissions=installation.permissions,
            created=kernel.clock(),
            is_active=installation.activate,
            version=manifest["version"],
            about_app=manifest.get("about"),
            author=manifest.get("author"),
            app_url=manifest.get("appUrl"),
            manifest_url=installation.manifest_url,
            homepage_url=manifest.get("homepageUrl"),
            support_url=manifest.get("supportUrl"),
            data_privacy_url=manifest.get("dataPrivacyUrl"),
            audience=manifest.get("audience"),
            extensions=manifests.extensions_in(kernel, manifest, gid),
        )
        state.apps[gid] = app
        state.webhooks.update((it.id, it) for it in manifests.webhooks_in(kernel, manifest, gid))
        return app
