"""Saleor never reads a manifest twice: Tandem itself keeps its webhooks as they have to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from plugin.sandbox.app_facts import Webhook
from plugin.store import jobs
from plugin.use_cases import plan_work
from plugin.use_cases.mend_webhooks import Mending, mend_webhooks
from tests.house import House

WRITES = ("CreateWebhook", "UpdateWebhook", "DeleteWebhook")

FIRST = "Tandem order created"


def mend(house: House) -> Mending:
    with house.shop() as shop:
        return mend_webhooks(house.tandem, shop, datetime.now(UTC))


def webhooks(house: House) -> dict[str, Webhook]:
    return {webhook.name: webhook for webhook in house.sandbox.state.webhooks.values()}


def written(house: House) -> list[str]:
    return [name for name in house.to_saleor.asked if name in WRITES]


def test_right_after_installation_there_is_nothing_to_mend(house: House) -> None:
    assert mend(house) == Mending((), (), ())
    assert written(house) == []


def test_a_webhook_somebody_removed_is_made_again_and_works(house: House) -> None:
    there = webhooks(house)
    del house.sandbox.state.webhooks[there[FIRST].id]

    mend(house)

    made = webhooks(house)[FIRST]
    assert replace(made, id="") == replace(there[FIRST], id="")
    house.to_tandem.answers.clear()
    house.place("beans", "mug")
    assert house.to_tandem.told()["order_created", 200] == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"is_active": False},
        {"target_url": "http://old.example.com/api/webhooks/order_created"},
        {"events": ("ORDER_CREATED", "ORDER_PAID")},
        {"events": ("ORDER_PAID",)},
        {"subscription_query": "subscription { event { ... on OrderCreated { order { id } } } }"},
    ],
    ids=["switched off", "another address", "one event more", "another event", "an older question"],
)
def test_a_webhook_that_differs_is_brought_to_what_it_has_to_be(house: House, spoilt: dict[str, Any]) -> None:
    there = webhooks(house)[FIRST]
    house.sandbox.state.webhooks[there.id] = replace(there, **spoilt)

    mending = mend(house)

    assert [webhook for webhook, _subscription in mending.update] == [there.id]
    assert (webhooks(house)[FIRST], written(house)) == (there, ["UpdateWebhook"])


@pytest.mark.parametrize("name", ["Tandem order magic", FIRST], ids=["an event no longer asked for", "twice"])
def test_a_webhook_too_many_is_removed(house: House, name: str) -> None:
    there = webhooks(house)[FIRST]
    house.sandbox.state.webhooks["extra"] = replace(there, id="extra", name=name)

    mending = mend(house)

    assert (len(mending.delete), written(house)) == (1, ["DeleteWebhook"])
    assert len(house.sandbox.state.webhooks) == len(
        [one for one in house.tandem.subscriptions if not one.asks]
    )


def test_webhooks_of_other_apps_are_none_of_tandems_business(house: House) -> None:
    other = replace(webhooks(house)[FIRST], id="other", app_id="QXBwOjk5", name="Other app")
    house.sandbox.state.webhooks["other"] = other

    mend(house)

    assert house.sandbox.state.webhooks["other"] == other


def test_after_saleor_was_upgraded_its_new_events_are_asked_for(empty_house: House) -> None:
    empty_house.sandbox.settings.version = "3.21.9"
    empty_house.install()
    empty_house.sandbox.settings.version = "3.23.28"

    mending = mend(empty_house)

    assert [subscription.event for subscription in mending.create] == [
        "PRODUCT_VARIANT_DISCOUNTED_PRICE_UPDATED"
    ]
    assert empty_house.installation.saleor_version == "3.23.28"


def test_mending_is_done_after_installation_and_every_day(house: House) -> None:
    del house.sandbox.state.webhooks[webhooks(house)[FIRST].id]
    with house.shop() as shop:
        plan_work.catch_up(shop, datetime.now(UTC))

    house.work()

    with house.shop() as shop:
        planned = jobs.get(shop.db, plan_work.MEND)
    assert planned
    assert (FIRST in webhooks(house), round((planned["due_at"] - datetime.now(UTC).timestamp()) / 3600)) == (
        True,
        24,
    )


def test_a_failure_half_way_is_finished_by_the_next_try(house: House) -> None:
    there = webhooks(house)
    for name in (FIRST, "Tandem checkout created"):
        del house.sandbox.state.webhooks[there[name].id]
    house.to_saleor.afterwards["CreateWebhook"] = lambda: house.to_saleor.cut.add("CreateWebhook")
    cut: Callable[[], None] = house.to_saleor.cut.clear
    with pytest.raises(Exception, match="cut"):
        mend(house)

    cut()
    mending = mend(house)

    assert len(mending.create) == 1
    assert webhooks(house).keys() == there.keys()


def test_when_tandem_moves_its_webhooks_follow(house: House) -> None:
    moved = house.restarted(app_url="https://moved.example.com")

    mend(moved)

    assert {hook.target_url.rsplit("/api/", 1)[0] for hook in house.sandbox.state.webhooks.values()} == {
        "https://moved.example.com"
    }
