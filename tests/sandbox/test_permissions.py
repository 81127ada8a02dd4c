"""Nobody reads or writes what Saleor would not let them."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.sandbox.app_facts import App
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.toy_shop import product, variant
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.probe import Probe


def _codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["exception"]["code"] for error in answer.get("errors", ())]


@pytest.mark.parametrize(
    "query",
    [
        "{ orders(first: 1) { edges { node { id } } } }",
        "{ channels { id } }",
        "{ app { id } }",
        "{ apps(first: 1) { totalCount } }",
        "{ appsInstallations { id } }",
        "{ shop { version } }",
        "{ checkouts(first: 1) { totalCount } }",
        '{ channel(slug: "default-channel") { currencyCode } }',
        'mutation { orderCancel(id: "x") { errors { code } } }',
        'mutation { updateMetadata(id: "T3JkZXI6MQ==", input: []) { errors { code } } }',
        'mutation { webhookCreate(input: { name: "x" }) { errors { code } } }',
    ],
)
@pytest.mark.parametrize("token", [None, "a token nobody has"])
def test_a_stranger_gets_permission_denied(saleor: SandboxSaleor, query: str, token: str | None) -> None:
    answer = saleor.ask(query, token=token)

    assert _codes(answer) == ["PermissionDenied"]


def test_an_app_without_the_permission_is_told_so(saleor: SandboxSaleor, probe: Probe) -> None:
    probe.permissions = ["MANAGE_PRODUCTS"]
    app = saleor.apps.install(MANIFEST)

    answer = saleor.ask("{ orders(first: 1) { totalCount } }", token=app.token)

    assert answer["data"] == {"orders": None}
    assert _codes(answer) == ["PermissionDenied"]


def test_a_shopper_reads_and_writes_public_metadata_of_a_checkout_only(saleor: SandboxSaleor) -> None:
    checkout = saleor.checkouts.create("default-channel", {variant("mug"): 1})
    saleor.labels.write(checkout.id, {"secret": "1"}, private=True)
    write = (
        'mutation W($id: ID!) { updateMetadata(id: $id, input: [{ key: "a", value: "b" }])'
        " { errors { code } item { metadata { key value } } } }"
    )

    public = saleor.ask(write, {"id": checkout.id})["data"]["updateMetadata"]
    private = saleor.ask(
        "query Q($id: ID!) { checkout(id: $id) { id privateMetadata { key } } }", {"id": checkout.id}
    )

    assert public == {"errors": [], "item": {"metadata": [{"key": "a", "value": "b"}]}}
    assert _codes(private) == ["PermissionDenied"]


def test_the_price_of_a_line_may_be_set_by_an_app_with_handle_checkouts_only(
    saleor: SandboxSaleor, probe: Probe
) -> None:
    probe.permissions = ["MANAGE_CHECKOUTS", "HANDLE_CHECKOUTS"]
    app = saleor.apps.install(MANIFEST)
    checkout = saleor.checkouts.create("default-channel", {variant("mug"): 2})
    update = (
        "mutation P($id: ID!, $lines: [CheckoutLineUpdateInput!]!) { checkoutLinesUpdate(id: $id, lines: $lines)"
        " { errors { code } checkout { lines { unitPrice { gross { amount } } undiscountedUnitPrice { amount } } } } }"
    )
    cheap = {"id": checkout.id, "lines": [{"variantId": variant("mug"), "price": "5.555"}]}
    back = {"id": checkout.id, "lines": [{"variantId": variant("mug"), "price": None}]}

    assert _codes(saleor.ask(update, cheap)) == ["PermissionDenied"]
    line = saleor.ask(update, cheap, app.token)["data"]["checkoutLinesUpdate"]["checkout"]["lines"][0]
    assert line == {"unitPrice": {"gross": {"amount": 5.56}}, "undiscountedUnitPrice": {"amount": 5.56}}
    line = saleor.ask(update, back, app.token)["data"]["checkoutLinesUpdate"]["checkout"]["lines"][0]
    assert line["unitPrice"] == {"gross": {"amount": 8.0}}


def test_cost_prices_are_for_those_who_manage_products(saleor: SandboxSaleor, app: App) -> None:
    query = "query Q($id: ID!) { product(id: $id) { variants { channelListings { costPrice { amount } } } } }"

    listings = saleor.ask(query, {"id": product("mug")}, app.token)["data"]["product"]["variants"][0]

    assert listings == {"channelListings": [{"costPrice": {"amount": 4.0}}, {"costPrice": {"amount": 4.0}}]}
    assert saleor.ask(query, {"id": product("mug")})["data"] == {"product": None}


def test_a_shopper_sees_only_what_is_published_in_the_channel(saleor: SandboxSaleor, app: App) -> None:
    saleor.shelves.list_product(product("tea"), "default-channel", is_published=False)
    query = (
        "query Q($channel: String) { products(first: 10, channel: $channel) { edges { node { name } } }"
        " productVariants(first: 10, channel: $channel) { totalCount } }"
    )

    def seen(channel: str | None, token: str | None = None) -> tuple[int, int]:
        data = saleor.ask(query, {"channel": channel}, token)["data"]
        return len(data["products"]["edges"]), data["productVariants"]["totalCount"]

    assert seen("default-channel") == (6, 6)
    assert seen("channel-us") == (7, 7)
    assert seen(None) == (0, 0)
    assert seen(None, app.token) == (7, 7)
    assert seen("default-channel", app.token) == (7, 7)


def test_an_empty_list_of_variants_is_no_filter(saleor: SandboxSaleor, app: App) -> None:
    query = "query V($ids: [ID!]) { productVariants(first: 100, ids: $ids) { totalCount } }"

    counts = [
        saleor.ask(query, {"ids": ids}, app.token)["data"]["productVariants"]["totalCount"]
        for ids in (None, [], [variant("mug")])
    ]

    assert counts == [len(saleor.state.variants), len(saleor.state.variants), 1]


def test_an_order_may_be_read_by_who_knows_its_id_but_not_what_is_private(saleor: SandboxSaleor) -> None:
    order = saleor.orders.place({variant("mug"): 1})

    query = "query Q($id: ID!) { order(id: $id) { number status privateMetadata { key } } }"
    partly = saleor.ask("query Q($id: ID!) { order(id: $id) { number status } }", {"id": order.id})

    assert partly["data"] == {"order": {"number": "1", "status": "UNFULFILLED"}}
    assert _codes(saleor.ask(query, {"id": order.id})) == ["PermissionDenied"]


def test_staff_log_in_and_a_wrong_password_does_not(saleor: SandboxSaleor) -> None:
    log_in = (
        'mutation L($password: String!) { tokenCreate(email: "admin@example.com", password: $password)'
        " { token refreshToken errors { code } } }"
    )

    good = saleor.ask(log_in, {"password": "admin"})["data"]["tokenCreate"]
    bad = saleor.ask(log_in, {"password": "wrong"})["data"]["tokenCreate"]

    assert saleor.ask("{ me { email } }", token=good["token"])["data"] == {
        "me": {"email": "admin@example.com"}
    }
    assert bad == {"token": None, "refreshToken": None, "errors": [{"code": "INVALID_CREDENTIALS"}]}


def test_a_page_holds_at_most_100(saleor: SandboxSaleor, app: App) -> None:
    answer = saleor.ask("{ orders(first: 101) { totalCount } }", token=app.token)

    words = "Requesting 101 records on the `orders` connection exceeds the `first` limit of 100 records."
    assert answer["errors"][0]["message"] == words
    assert (
        "provide a `first`"
        in saleor.ask("{ orders { totalCount } }", token=app.token)["errors"][0]["message"]
    )
