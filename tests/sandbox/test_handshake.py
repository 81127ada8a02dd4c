"""An app is installed, switched off and removed as the real Saleor does it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from plugin.sandbox.app_facts import App
from plugin.sandbox.rejected import Rejected
from plugin.sandbox.saleor import SandboxSaleor
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.probe import Probe, Seen

OWN = "{ app { id isActive permissions { code } webhooks { name } } }"

INSTALL = """
mutation Install($input: AppInstallInput!) {
  appInstall(input: $input) { errors { message } appInstallation { id status } }
}
"""


def _bare(seen: Seen) -> tuple[str, dict[str, str]]:
    """Path and the headers that matter; the WSGI transport adds Host and lengths."""
    names = ("User-Agent", "Saleor-Schema-Version", "Saleor-Api-Url", "Saleor-Domain", "X-Saleor-Domain")
    return seen.path, {name: seen.headers[name] for name in names if name in seen.headers}


def test_the_manifest_is_fetched_twice_and_the_token_posted_once(saleor: SandboxSaleor, probe: Probe) -> None:
    saleor.apps.install(MANIFEST)

    fetch = ("/manifest.json", {"User-Agent": "Saleor/3.23", "Saleor-Schema-Version": "3.23"})
    domain = "saleor.sandbox"
    register = (
        "/register",
        {
            "User-Agent": "Saleor/3.23",
            "Saleor-Schema-Version": "3.23",
            "Saleor-Api-Url": "http://saleor.sandbox/graphql/",
            "Saleor-Domain": domain,
            "X-Saleor-Domain": domain,
        },
    )
    assert [_bare(it) for it in probe.seen[:3]] == [fetch, fetch, register]
    assert probe.seen[2].body == b'{"auth_token":"' + probe.token.encode() + b'"}'
    assert len(probe.token) == 30


def test_the_token_works_while_register_is_being_answered(saleor: SandboxSaleor, probe: Probe) -> None:
    answers: list[Any] = []

    def register(token: str) -> tuple[Any, int]:
        answers.append(saleor.ask(OWN, token=token)["data"]["app"])
        return {}, 200

    probe.on_register = register
    app = saleor.apps.install(MANIFEST)

    assert answers == [
        {
            "id": app.id,
            "isActive": True,
            "permissions": [
                {"code": "MANAGE_CHECKOUTS"},
                {"code": "MANAGE_ORDERS"},
                {"code": "MANAGE_PRODUCTS"},
            ],
            "webhooks": [{"name": "orders"}, {"name": "checkouts"}, {"name": "products"}, {"name": "life"}],
        }
    ]


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        ({"error": {"message": "Not this shop"}}, 400, "Not this shop"),
        ("oops", 500, "App internal error (500). Try later or contact with app support."),
    ],
)
def test_a_refused_token_fails_the_installation_with_the_apps_words(
    saleor: SandboxSaleor, probe: Probe, answer: Any, status: int, message: str
) -> None:
    probe.on_register = lambda _token: (answer, status)

    saleor.ask(INSTALL, {"input": {"appName": "Probe", "manifestUrl": MANIFEST}}, saleor.staff_token())

    left = saleor.ask("{ appsInstallations { status message } }", token=saleor.staff_token())
    assert left["data"] == {"appsInstallations": [{"status": "FAILED", "message": message}]}
    assert saleor.state.apps == {}
    assert saleor.state.webhooks == {}


@pytest.mark.parametrize("status", [200, 302])
def test_only_4xx_and_5xx_are_refusals(saleor: SandboxSaleor, probe: Probe, status: int) -> None:
    probe.on_register = lambda _token: ({"success": False}, status)

    assert saleor.apps.install(MANIFEST).name == "Probe"


def test_an_installation_by_graphql_vanishes_when_it_succeeds(saleor: SandboxSaleor) -> None:
    token = saleor.staff_token()
    fetched = saleor.ask(
        "mutation M($url: String!) { appFetchManifest(manifestUrl: $url) { errors { message } manifest {"
        " identifier permissions { code } requiredSaleorVersion { satisfied } webhooks { name } } } }",
        {"url": MANIFEST},
        token,
    )["data"]["appFetchManifest"]
    begun = saleor.ask(
        INSTALL,
        {"input": {"appName": "My probe", "manifestUrl": MANIFEST, "permissions": ["MANAGE_ORDERS"]}},
        token,
    )

    assert fetched["errors"] == []
    assert fetched["manifest"]["requiredSaleorVersion"] == {"satisfied": True}
    assert begun["data"]["appInstall"]["appInstallation"]["status"] == "PENDING"
    assert saleor.ask("{ appsInstallations { id } }", token=token)["data"] == {"appsInstallations": []}
    installed = [(it.name, it.permissions) for it in saleor.state.apps.values()]
    assert installed == [("My probe", frozenset({"MANAGE_ORDERS"}))]


@pytest.mark.parametrize(
    ("part", "code", "words"),
    [
        ({"permissions": ["MANAGE_MAGIC"]}, "INVALID_PERMISSION", "Given permissions don't exist."),
        ({"requiredSaleorVersion": ">=4"}, "UNSUPPORTED_SALEOR_VERSION", "3.23.28 is not supported"),
        (
            {
                "webhooks": [
                    {"name": "w", "targetUrl": "http://x/", "query": "subscription { event { magic } }"}
                ]
            },
            "INVALID",
            "Subscription query is not valid: Cannot query field 'magic' on type 'Event'.",
        ),
    ],
)
def test_a_manifest_saleor_does_not_understand_is_refused(
    saleor: SandboxSaleor, probe: Probe, part: dict[str, Any], code: str, words: str
) -> None:
    probe.manifest = part

    with pytest.raises(Rejected) as refused:
        saleor.apps.install(MANIFEST)

    assert refused.value.trouble.code == code
    assert words in refused.value.trouble.message


def test_an_old_saleor_refuses_an_event_it_does_not_know(saleor: SandboxSaleor, probe: Probe) -> None:
    newer = "subscription { event { ... on ProductVariantDiscountedPriceUpdated { productVariant { id } } } }"
    probe.manifest = {"webhooks": [{"name": "w", "targetUrl": "http://probe.example.com/x", "query": newer}]}
    assert saleor.apps.install(MANIFEST)
    saleor.apps.delete(next(iter(saleor.state.apps)))

    saleor.settings.version = "3.21.5"

    with pytest.raises(Rejected, match="Unknown type"):
        saleor.apps.install(MANIFEST)


def test_an_app_can_be_installed_only_once(saleor: SandboxSaleor, app: App) -> None:
    with pytest.raises(Rejected, match="App with the same identifier is already installed"):
        saleor.apps.install(MANIFEST)

    assert list(saleor.state.apps) == [app.id]


def test_a_reinstalled_app_has_a_new_id_and_token(saleor: SandboxSaleor, app: App) -> None:
    saleor.apps.delete(app.id)
    again = saleor.apps.install(MANIFEST)

    assert again.id != app.id
    assert again.token != app.token
    assert saleor.ask(OWN, token=app.token)["data"] == {"app": None}


def test_an_app_is_told_about_its_own_life(saleor: SandboxSaleor, probe: Probe, app: App) -> None:
    saleor.apps.set_active(app.id, False, by=saleor.staff)
    saleor.apps.set_active(app.id, True, by=saleor.staff)
    saleor.apps.update(app.id, name="Probe two")
    saleor.apps.delete(app.id)

    own = {"id": app.id}
    assert [it.json for it in probe.webhooks()] == [
        {"__typename": "AppInstalled", "app": own},
        {"__typename": "AppStatusChanged", "app": {**own, "isActive": False}},
        {"__typename": "AppStatusChanged", "app": {**own, "isActive": True}},
        {"__typename": "AppUpdated", "app": {**own, "name": "Probe two"}},
        {"__typename": "AppDeleted", "app": {**own, "isActive": False}},
    ]


def test_a_switched_off_app_is_nobody_and_hears_nothing(
    saleor: SandboxSaleor, probe: Probe, app: App
) -> None:
    saleor.apps.set_active(app.id, False)
    probe.seen.clear()

    saleor.checkouts.create("default-channel")

    answer = saleor.ask(OWN, token=app.token)
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    assert probe.seen == []


def test_an_app_mends_its_webhooks_with_its_own_token(saleor: SandboxSaleor, app: App) -> None:
    query = "subscription { event { ... on OrderPaid { order { id } } } }"
    created = saleor.ask(
        "mutation C($input: WebhookCreateInput!) { webhookCreate(input: $input) { errors { message } webhook { id } } }",
        {"input": {"name": "new", "targetUrl": "http://probe.example.com/webhooks/new", "query": query}},
        app.token,
    )["data"]["webhookCreate"]
    gid = created["webhook"]["id"]
    saleor.ask(
        "mutation U($id: ID!, $input: WebhookUpdateInput!) { webhookUpdate(id: $id, input: $input) { errors { message } } }",
        {"id": gid, "input": {"name": "newer", "asyncEvents": ["ORDER_PAID", "ORDER_CREATED"]}},
        app.token,
    )

    webhook = saleor.state.webhooks[gid]
    assert created["errors"] == []
    assert (webhook.name, webhook.events) == ("newer", ("ORDER_PAID", "ORDER_CREATED"))

    saleor.ask(
        "mutation D($id: ID!) { webhookDelete(id: $id) { errors { message } } }", {"id": gid}, app.token
    )
    assert gid not in saleor.state.webhooks


def test_a_webhook_query_that_does_not_fit_the_schema_is_an_error(saleor: SandboxSaleor, app: App) -> None:
    answer = saleor.ask(
        "mutation C($input: WebhookCreateInput!) { webhookCreate(input: $input) { errors { field code } } }",
        {"input": {"targetUrl": "http://x/", "query": "subscription { event { nothing } }"}},
        app.token,
    )

    assert answer["data"]["webhookCreate"]["errors"] == [{"field": "query", "code": "INVALID"}]


def test_an_event_an_app_may_not_know_is_silently_not_delivered(saleor: SandboxSaleor, probe: Probe) -> None:
    probe.permissions = ["MANAGE_ORDERS"]
    saleor.apps.install(MANIFEST)

    saleor.checkouts.create("default-channel")

    assert probe.webhooks("checkout_created") == []


def test_an_app_url_is_kept_for_the_dashboard(saleor: SandboxSaleor, app: App) -> None:
    extension = replace(app.extensions[0], id="")
    assert (app.app_url, extension.mount_name, extension.target_name) == (
        "http://probe.example.com/dashboard",
        "PRODUCT_DETAILS_WIDGETS",
        "WIDGET",
    )
