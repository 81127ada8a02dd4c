from __future__ import annotations

import json

import pytest

from plugin.saleor import manifest
from webhooks import EVENTS

HOST = "https://tandem.example.com"
SUBSCRIPTIONS = [event.subscription for event in EVENTS]


def test_the_card_holds_paths_and_no_host() -> None:
    assert "http" not in json.dumps(manifest.card())


def test_the_manifest_is_completed_with_the_host() -> None:
    made = manifest.complete(HOST, (3, 23), SUBSCRIPTIONS)

    urls = [
        made["appUrl"],
        made["tokenTargetUrl"],
        made["brand"]["logo"]["default"],
        *(webhook["targetUrl"] for webhook in made["webhooks"]),
    ]
    assert all(url.startswith(HOST + "/") for url in urls)
    assert not made["appUrl"].endswith("/")


@pytest.mark.parametrize(
    ("version", "extensions"),
    [
        ((3, 21), ["tandem-settings"]),
        ((3, 22), ["tandem-settings", "tandem-product", "tandem-order"]),
        ((3, 23), ["tandem-settings", "tandem-product", "tandem-order", "tandem-home"]),
    ],
)
def test_the_manifest_is_tailored_to_the_saleor_that_asks(
    version: tuple[int, ...], extensions: list[str]
) -> None:
    made = manifest.complete(HOST, version, SUBSCRIPTIONS)

    assert [extension["identifier"] for extension in made["extensions"]] == extensions
    assert not any("since" in extension for extension in made["extensions"])
    assert [webhook["asyncEvents"][0] for webhook in made["webhooks"]] == [
        event.name for event in EVENTS if event.since <= version and not event.asks
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.23.28", (3, 23, 28)),
        ("3.23", (3, 23)),
        ("", (3, 21)),
        ("next", (3, 21)),
        ("3.24.0-a.1", (3, 24, 0)),
    ],
)
def test_versions_are_read(text: str, expected: tuple[int, ...]) -> None:
    assert manifest.version(text) == expected


def test_every_extension_permission_is_one_of_the_apps() -> None:
    card = manifest.card()

    assert {permission for extension in card["extensions"] for permission in extension["permissions"]} <= set(
        card["permissions"]
    )
