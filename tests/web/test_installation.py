"""A merchant installs Tandem by its manifest's address; what is refused, and what a second installation keeps."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from plugin.config import Config
from plugin.errors import BadConfig
from plugin.sandbox.rejected import Rejected
from plugin.store import facts, orders
from plugin.use_cases.learn_from_past_orders import progress
from tests.builders import counts_of
from tests.house import APP_URL, MANIFEST, SECRET, House, a_house, with_history
from tests.lines import Patience

OTHER_SECRET = "o" * 32


def register(house: House, api_url: str | None = None, **request: Any) -> TestResponse:
    """What Saleor posts, or something like it."""
    headers = {"Saleor-Api-Url": house.sandbox.api_url if api_url is None else api_url}
    return house.client.post(
        "/api/register", **{"json": {"auth_token": "x" * 30}, **request}, headers=headers
    )


def refusal(answer: TestResponse) -> str:
    """The words a merchant reads in the Dashboard: Saleor shows {"error": {"message"}} of a 400."""
    assert answer.status_code == 400
    return str(answer.get_json()["error"]["message"])


def manifest_for(
    house: House, version: str = "3.23", path: str = "/api/manifest", host: str = APP_URL
) -> dict[str, Any]:
    answer = house.client.get(path, base_url=host, headers={"Saleor-Schema-Version": version})
    assert answer.status_code == 200
    return dict(answer.get_json())


def test_installed_by_its_manifest_tandem_learns_the_history_by_itself(empty_house: House) -> None:
    app = with_history(empty_house).install()
    empty_house.work()

    assert (empty_house.installation.app_id, empty_house.installation.active) == (app.id, True)
    assert empty_house.installation.token == app.token
    assert empty_house.offered("beans") == ["Mug", "Paper filters"]
    with empty_house.shop() as shop:
        made = progress(shop)
    assert made
    assert (made.seen, made.total, made.finished) == (54, 54, True)


def test_saleor_has_a_webhook_for_every_event_tandem_asks_for(new_house: House) -> None:
    webhooks = new_house.sandbox.state.webhooks.values()

    told = {(webhook.events, webhook.target_url, webhook.is_active) for webhook in webhooks}
    assert told == {
        ((subscription.event,), APP_URL + subscription.path, True)
        for subscription in new_house.tandem.subscriptions
        if not subscription.asks
    }


def test_a_saleor_that_is_not_on_the_list_is_refused_in_words_the_merchant_reads(tmp_path: Path) -> None:
    house = a_house(tmp_path, allowed_saleor_urls=("https://shop.example.com/graphql/",))

    with pytest.raises(Rejected) as refused:
        house.install()

    expected = f"{house.sandbox.api_url} may not install this Tandem. Its operator has to add it to ALLOWED_SALEOR_URLS."
    assert refused.value.trouble.message == expected
    assert (house.sandbox.state.apps, house.tandem.installations(), house.to_saleor.asked) == ({}, [], [])
    house.close()


@pytest.mark.parametrize(
    "look_alike",
    [
        "https://evil.com/.example.com/graphql/",
        "https://evil.com#.example.com/graphql/",
        "https://evil.com?.example.com/graphql/",
        "https://evil.com\\.example.com/graphql/",
        "https://someone:secret@evil.com/.example.com/graphql/",
        "https://shop.example.com/graphql/?more",
        "http://shop.example.com/graphql/",
    ],
)
def test_a_pattern_of_the_list_cannot_be_met_by_a_look_alike(config: Config, look_alike: str) -> None:
    listed = replace(config, allowed_saleor_urls=("https://*.example.com/graphql/",))

    assert (listed.allows("https://shop.example.com/graphql/"), listed.allows(look_alike)) == (True, False)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://shop.example.com/", "file:///etc/passwd", "http://[broken", "http://host:999999/graphql/"],
)
def test_an_address_that_is_none_is_refused(empty_house: House, url: str) -> None:
    assert url in refusal(register(empty_house, url))
    assert empty_house.tandem.installations() == []


def test_a_token_of_another_app_is_refused(new_house: House) -> None:
    """Somebody who holds the token of another app on the same Saleor must not speak for Tandem."""
    app = new_house.saleor_app
    new_house.sandbox.state.apps[app.id] = type(app)(
        **{name: getattr(app, name) for name in type(app).__slots__}
        | {"identifier": "other.app", "token": "t" * 30}
    )

    answer = register(new_house, json={"auth_token": "t" * 30})

    assert refusal(answer) == "The token is not one of Tandem's. Install it from its own manifest URL."
    assert new_house.installation.token == app.token


def test_a_token_saleor_does_not_know_is_refused(empty_house: House) -> None:
    assert refusal(register(empty_house)).startswith(
        f"Saleor at {empty_house.sandbox.api_url} did not accept the token"
    )


@pytest.mark.parametrize("unreachable", ["*", "/.well-known/jwks.json"])
def test_a_saleor_that_cannot_be_reached_is_refused_with_a_hint(empty_house: House, unreachable: str) -> None:
    empty_house.to_saleor.cut = {unreachable}

    with pytest.raises(Rejected) as refused:
        empty_house.install()

    assert refused.value.trouble.message.startswith(
        f"Tandem cannot reach Saleor at {empty_house.sandbox.api_url}: "
    )
    assert refused.value.trouble.message.endswith("Is it reachable from Tandem's server?")
    assert empty_house.tandem.installations() == []


def test_a_slow_saleor_is_refused_before_it_stops_waiting_itself(empty_house: House) -> None:
    """Saleor waits 18 seconds for the answer to a registration; later nobody reads it."""
    empty_house.to_saleor.inner = patience = Patience(empty_house.to_saleor.inner)

    empty_house.install()

    assert (len(patience.longest), sum(patience.longest) <= 15) == (2, True)


@pytest.mark.parametrize(
    "request_",
    [
        {"json": None, "data": b""},
        {"json": None, "data": b"not JSON"},
        {"json": []},
        {"json": {}},
        {"json": {"auth_token": ""}},
        {"json": {"auth_token": 5}},
        {"json": {"auth_token": None}},
        {"json": {"auth_token": "x" * 1_001}},
        {"json": None, "data": b"[" * 9_000},
    ],
    ids=["nothing", "words", "a list", "no token", "empty", "a number", "null", "long token", "deep"],
)
def test_a_registration_without_a_token_is_refused(empty_house: House, request_: dict[str, Any]) -> None:
    request = {name: value for name, value in request_.items() if value is not None}
    headers = {"Saleor-Api-Url": empty_house.sandbox.api_url, "Content-Type": "application/json"}

    assert "auth_token" in refusal(empty_house.client.post("/api/register", **request, headers=headers))


def test_a_registration_far_too_long_is_refused(empty_house: House) -> None:
    assert (
        refusal(register(empty_house, json={"auth_token": "x", "more": "x" * 20_000}))
        == "The registration is far too long."
    )


def test_a_refused_second_installation_leaves_the_first_as_it_was(new_house: House) -> None:
    before = new_house.installation

    register(new_house)

    assert new_house.installation == before


def test_both_addresses_of_the_manifest_say_the_same(empty_house: House) -> None:
    assert manifest_for(empty_house, path="/manifest.json") == manifest_for(empty_house)


def test_the_manifest_names_the_host_that_was_asked(empty_house: House) -> None:
    made = manifest_for(empty_house, host="https://here.example.com")

    addresses = [
        made["appUrl"],
        made["tokenTargetUrl"],
        made["brand"]["logo"]["default"],
        made["webhooks"][0]["targetUrl"],
    ]
    assert addresses == [
        "https://here.example.com/dashboard",
        "https://here.example.com/api/register",
        "https://here.example.com/logo.png",
        "https://here.example.com/api/webhooks/order_created",
    ]


@pytest.fixture
def public_house(tmp_path: Path) -> Iterator[House]:
    """Tandem behind an address of its own."""
    house = a_house(tmp_path, app_url="https://public.example.com")
    yield house
    house.close()


def test_the_operators_app_url_wins_over_the_host_that_was_asked(public_house: House) -> None:
    made = manifest_for(public_house)

    assert made["tokenTargetUrl"] == "https://public.example.com/api/register"
    assert {webhook["targetUrl"].split("/api/")[0] for webhook in made["webhooks"]} == {
        "https://public.example.com"
    }


@pytest.mark.parametrize(
    ("version", "extensions", "newest"),
    [
        ("3.21", ["Tandem"], False),
        ("3.22", ["Tandem", "Bought together", "Suggested for this order"], False),
        ("3.23", ["Tandem", "Bought together", "Suggested for this order", "Tandem this week"], True),
        ("3.24", ["Tandem", "Bought together", "Suggested for this order", "Tandem this week"], True),
        ("", ["Tandem"], False),
        ("garbage", ["Tandem"], False),
        ("3.²", ["Tandem"], False),
        ("9" * 5_000, ["Tandem"], False),
    ],
    ids=["3.21", "3.22", "3.23", "3.24", "none", "garbage", "a raised two", "endless"],
)
def test_every_saleor_is_given_only_what_it_knows(
    empty_house: House, version: str, extensions: list[str], newest: bool
) -> None:
    made = manifest_for(empty_house, version)

    events = [event for webhook in made["webhooks"] for event in webhook["asyncEvents"]]
    assert [extension["label"] for extension in made["extensions"]] == extensions
    assert ("PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED" in events) is newest
    assert not any("since" in extension for extension in made["extensions"])


@pytest.mark.parametrize("version", ["3.21.5", "3.22.9", "3.23.28"])
def test_every_supported_saleor_accepts_the_installation(empty_house: House, version: str) -> None:
    empty_house.sandbox.settings.version = version

    empty_house.install()

    assert empty_house.installation.saleor_version == version


def test_an_older_saleor_than_supported_is_told_so(empty_house: House) -> None:
    assert manifest_for(empty_house)["requiredSaleorVersion"] == ">=3.21 <4"


def test_installed_again_tandem_has_a_new_token_and_all_it_had_learned(house: House) -> None:
    before = house.installation
    with house.shop() as shop:
        learned = counts_of(shop.db)

    house.sandbox.apps.delete(house.saleor_app.id)
    house.install()

    after = house.installation
    assert (after.app_id != before.app_id, after.token != before.token) == (True, True)
    assert (after.key, after.buyer_key, after.deleted_at, after.active) == (
        before.key,
        before.buyer_key,
        None,
        True,
    )
    with house.shop() as shop:
        assert counts_of(shop.db) == learned
    assert house.offered("beans") == ["Mug", "Paper filters"]


def test_after_a_second_installation_buyers_are_still_the_same_people(house: House) -> None:
    house.place("beans", "filter", user_email="loyal@example.com")
    house.sandbox.apps.delete(house.saleor_app.id)
    house.install()
    house.place("beans", "filter", user_email="loyal@example.com")
    house.later(seconds=5)
    house.work()

    with house.shop() as shop:
        pairs = counts_of(shop.db)["pairs"]
    beans_and_filter = {row[3:5] for row in pairs if row[3] == 8}
    assert beans_and_filter == {(8, 7)}


def test_after_a_second_installation_the_history_is_read_again_for_what_was_missed(house: House) -> None:
    house.sandbox.apps.delete(house.saleor_app.id)
    missed = house.place("beans", "mug")

    house.install()
    house.work()

    assert missed.id in house.learned_orders()


def test_tokens_are_unreadable_in_the_files(new_house: House) -> None:
    secrets = (new_house.installation.token, new_house.installation.buyer_key)

    content = b"".join(path.read_bytes() for path in new_house.config.data_dir.iterdir() if path.is_file())

    assert [secret.encode() in content for secret in secrets] == [False, False]
    assert repr(new_house.installation).count(secrets[0]) == 0


def test_a_new_secret_key_is_put_in_front_and_the_old_one_dropped_after_encrypting_anew(
    new_house: House,
) -> None:
    before = new_house.installation
    rotating = new_house.restarted(secret_key=(OTHER_SECRET, SECRET))
    both = rotating.installation
    with rotating.tandem.register() as register:
        rewritten = register.encrypt_anew()

    rotated = rotating.restarted(secret_key=(OTHER_SECRET,))

    assert (both, rewritten, rotated.installation) == (before, 1, before)
    with pytest.raises(BadConfig):
        rotated.restarted(secret_key=(SECRET,))
    rotated.close()


def test_a_wrong_secret_key_is_said_at_the_start_and_not_later(new_house: House) -> None:
    with pytest.raises(BadConfig, match="SECRET_KEY cannot decrypt what is stored"):
        new_house.restarted(secret_key=(OTHER_SECRET,))


def test_two_shops_of_one_tandem_know_nothing_of_each_other(house: House, tmp_path: Path) -> None:
    other = a_house(tmp_path)
    other.install()

    with house.tandem.register() as register:
        shops = {found.api_url: found for found in register.every()}
    assert set(shops) == {house.sandbox.api_url, other.sandbox.api_url}
    with (
        other.tandem.shop(shops[other.sandbox.api_url]) as empty,
        other.tandem.shop(shops[house.sandbox.api_url]) as full,
    ):
        assert (orders.count(empty.db), orders.count(full.db)) == (0, 54)
        assert facts.get(empty.db, "import") is None
    assert shops[house.sandbox.api_url].buyer_key != shops[other.sandbox.api_url].buyer_key
    other.close()


def test_the_register_of_installations_is_a_file_of_its_own(new_house: House) -> None:
    names = sorted(path.name for path in new_house.config.data_dir.glob("*.sqlite3"))
    assert names == ["installations.sqlite3", f"shop-{new_house.installation.key}.sqlite3"]

    db = sqlite3.connect(new_house.config.data_dir / "installations.sqlite3")
    journal = db.execute("pragma journal_mode").fetchone()
    db.close()
    assert journal == ("wal",)


def test_the_address_of_the_manifest_in_the_dashboard_is_all_a_merchant_needs(empty_house: House) -> None:
    token = empty_house.sandbox.staff_token()
    query = "mutation I($input: AppInstallInput!) { appInstall(input: $input) { errors { message } } }"
    permissions = manifest_for(empty_house)["permissions"]

    answer = empty_house.sandbox.ask(
        query, {"input": {"appName": "Tandem", "manifestUrl": MANIFEST, "permissions": permissions}}, token
    )

    assert answer["data"]["appInstall"]["errors"] == []
    assert empty_house.saleor_app.name == "Tandem"
