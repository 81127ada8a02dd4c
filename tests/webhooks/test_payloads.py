"""What a real Saleor delivered is believed, every alteration of it is not, and hearing it again changes nothing."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.app import create_app
from plugin.config import Config
from plugin.errors import BadSignature
from plugin.saleor.signature import check_body
from plugin.sandbox.keys import SigningKeys
from plugin.shop import Tandem
from plugin.store.installations import Installation, shop_key
from tests.webhooks.recorded import PAYLOADS, Recorded, jwks, recorded, the
from webhooks import EVENTS, receiver

API_URL = "http://localhost:8000/graphql/"

NOT_RECORDED: dict[str, str] = {
    f"SHIPPING_{what}_{change}": "came with free delivery; the next recording (tests/live/record.py) has them"
    for what in ("PRICE", "ZONE")
    for change in ("CREATED", "UPDATED", "DELETED")
}
"""Events no recording exists of, each with the reason."""

ALL_THERE_IS = Path(__file__).parents[3] / "shared" / "saleor" / "deliveries"
"""Recordings of another Saleor, with other queries and of events we do not ask for; not part of this repository."""

LEAST_OF_THEM = 58
"""Kinds of events among them."""

POSITIONS = 25
"""Places at which a recorded delivery is altered; one small delivery is altered everywhere."""

NO_SIGNATURES = (None, "", ".", "..", "a.b.c", "nonsense", "e30..e30", "bnVsbA..", "W10..W10")
"""What stands where a signature should: nothing, nonsense, and headers that are no object."""

ASKING = {event.slug for event in EVENTS if event.asks}
"""Events whose answer Saleor waits for."""

every_delivery = pytest.mark.parametrize("delivery", recorded(), ids=str)

quiet = pytest.mark.parametrize(
    "delivery", [found for found in recorded() if not found.event.startswith("app_")], ids=str
)
"""Those after which the app is still there."""


class Door:
    """Tandem, installed in the shop that was recorded, as Saleor delivers to it."""

    def __init__(self, folder: Path) -> None:
        saleor = Flask("saleor")
        saleor.add_url_rule("/.well-known/jwks.json", view_func=lambda: jsonify(jwks()))
        config = Config(secret_key=("k" * 32,), data_dir=folder, allowed_saleor_urls=(API_URL,))
        self.app = create_app(config, transport=httpx.WSGITransport(app=saleor), work=False)
        self.tandem: Tandem = self.app.extensions["tandem"]
        self.keep(jwks())

    @property
    def client(self) -> FlaskClient:
        """Whoever knocks."""
        return self.app.test_client()

    def keep(self, keys: dict[str, Any]) -> None:
        """The installation, straight into the register."""
        app_id = the("order_created").facts["recipient"]["id"]
        installed = Installation(
            api_url=API_URL, key=shop_key(API_URL), app_id=app_id, token="secret", buyer_key="5a" * 32, jwks=keys,
            saleor_version="3.23.28", name="", app_url="", active=True, installed_at="2026-11-22T00:00:00+00:00",
            deleted_at=None,
        )  # fmt: skip
        with self.tandem.register() as register:
            register.keep(installed)
        self.tandem.changed()

    def deliver(
        self, delivery: Recorded, event: str = "", body: bytes = b"", **headers: str | None
    ) -> TestResponse:
        """As it was recorded, but for what is named: another path, another body, other headers (None leaves one out)."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        told = {name: value for name, value in {**delivery.headers, **changed}.items() if value is not None}
        return self.client.post(
            f"/api/webhooks/{event or delivery.event}", data=body or delivery.body, headers=told
        )

    def remembered(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the shop's file but the notes of when it was heard last and how often a job was asked for."""
        with self.tandem.shop(self.tandem.installed_at(API_URL)) as shop:
            found = {
                name: sorted(shop.db.conn.execute(f"select * from {name}"), key=repr)
                for name in shop.db.table_names()
            }  # its own tables
            found["jobs"] = sorted(shop.db.conn.execute("select key, name, payload from jobs"))
        found["facts"] = [row for row in found["facts"] if row[0] != "last_delivery"]
        return found


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A door nobody has knocked at."""
    receiver.keys_refreshed.clear()
    door = Door(tmp_path)
    yield door
    door.tandem.close()


def test_every_event_was_recorded() -> None:
    assert {delivery.event.upper() for delivery in recorded()} | set(NOT_RECORDED) == {
        event.name for event in EVENTS
    }


def test_nobody_real_and_no_other_place_is_in_the_recordings() -> None:
    everything = b"".join(path.read_bytes() for path in PAYLOADS.glob("*.json"))
    everything += b"".join(delivery.body for delivery in recorded())

    assert set(re.findall(rb"[\w.+-]+@([\w.-]+)", everything)) == {b"example.com"}
    assert set(re.findall(rb"https?://([^/\"]+)", everything)) == {b"localhost:8000"}


@every_delivery
def test_saleor_signed_it(delivery: Recorded) -> None:
    check_body(delivery.signature, delivery.body, jwks())


@every_delivery
def test_an_altered_byte_is_refused(delivery: Recorded) -> None:
    for position in _spread(len(delivery.body)):
        assert _is_refused(delivery.signature, _flipped(delivery.body, position)), position
    for position in _spread(len(delivery.signature)):
        assert _is_refused(_other_letter(delivery.signature, position), delivery.body), position


def test_every_altered_byte_of_a_delivery_is_refused() -> None:
    small = min(recorded(), key=lambda delivery: len(delivery.body))

    believed = [
        *(
            position
            for position in range(len(small.body))
            if not _is_refused(small.signature, _flipped(small.body, position))
        ),
        *(
            position
            for position in range(len(small.signature))
            if not _is_refused(_other_letter(small.signature, position), small.body)
        ),
    ]

    assert believed == []


@pytest.mark.parametrize("ballast", [b" ", b"\n", b"\0", b"{}"])
def test_a_byte_more_or_less_is_refused(ballast: bytes) -> None:
    told = the("order_created")

    assert _is_refused(told.signature, told.body + ballast)
    assert _is_refused(told.signature, ballast + told.body)
    assert _is_refused(told.signature, told.body[:-1])
    assert _is_refused(told.signature[:-1], told.body)


def test_another_delivery_s_signature_is_refused() -> None:
    assert _is_refused(the("order_updated").signature, the("order_created").body)


@every_delivery
def test_it_is_accepted(door: Door, delivery: Recorded) -> None:
    answer = door.deliver(delivery)

    answered: dict[str, object] = {"excluded_methods": []} if delivery.event in ASKING else {"status": "done"}
    assert (answer.status_code, answer.get_json()) == (200, answered)


@quiet
def test_hearing_it_again_changes_nothing(door: Door, delivery: Recorded) -> None:
    door.deliver(delivery)
    once = door.remembered()

    answer = door.deliver(delivery)

    assert (answer.status_code, door.remembered()) == (200, once)


def test_being_switched_again_by_an_old_delivery_changes_nothing(door: Door) -> None:
    for name in ("app_status_changed", "app_status_changed-on", "app_status_changed"):
        door.deliver(the(name))

    assert door.tandem.installed_at(API_URL).active


def test_after_being_removed_nothing_is_accepted(door: Door) -> None:
    door.deliver(the("app_deleted"))

    assert {door.deliver(delivery).status_code for delivery in recorded()} == {401}


@pytest.mark.parametrize("seed", range(5))
def test_heard_in_any_order_the_same_is_learned(tmp_path: Path, seed: int) -> None:
    orders = [delivery for delivery in recorded() if delivery.event.startswith("order_")]
    shuffled = random.Random(seed).sample(orders * 2, len(orders) * 2)

    assert _learned(tmp_path / "shuffled", shuffled) == _learned(tmp_path / "in turn", orders)


@every_delivery
def test_another_shop_s_name_on_it_is_refused(door: Door, delivery: Recorded) -> None:
    assert door.deliver(delivery, Saleor_Api_Url="http://localhost:8001/graphql/").status_code == 401


@every_delivery
def test_without_a_signature_it_is_refused(door: Door, delivery: Recorded) -> None:
    answers = [door.deliver(delivery, Saleor_Signature=signature) for signature in NO_SIGNATURES]

    assert [answer.status_code for answer in answers] == [401] * len(NO_SIGNATURES)


@every_delivery
def test_a_forged_key_is_refused(door: Door, delivery: Recorded) -> None:
    forged = SigningKeys().signature(delivery.body)

    assert door.deliver(delivery, Saleor_Signature=forged).status_code == 401


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "PS256"])
def test_another_algorithm_in_the_header_is_refused(door: Door, algorithm: str) -> None:
    told = the("order_created")
    header = json.loads(_decoded(told.signature.split(".")[0]))
    renamed = base64.urlsafe_b64encode(json.dumps({**header, "alg": algorithm}).encode()).decode().rstrip("=")

    answer = door.deliver(told, Saleor_Signature=f"{renamed}..{told.signature.split('..')[1]}")

    assert answer.status_code == 401


def test_a_huge_body_is_refused_unread(door: Door) -> None:
    assert door.deliver(the("order_created"), body=b" " * 6_000_000).status_code == 413


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b"null", b'"text"', b"{}", b"\xff\xfe", b"[" * 100_000])
def test_signed_nonsense_is_refused_for_good(door: Door, body: bytes) -> None:
    ours = SigningKeys()
    door.keep(ours.jwks())

    answer = door.deliver(the("order_created"), body=body, Saleor_Signature=ours.signature(body))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BadPayload")


@pytest.mark.parametrize("event", [event.slug for event in EVENTS])
def test_another_event_s_body_is_refused_for_good(door: Door, event: str) -> None:
    other = the("order_created" if event != "order_created" else "order_updated")

    answer = door.deliver(other, event=event)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BadPayload")


@pytest.mark.skipif(not ALL_THERE_IS.is_dir(), reason="the recordings of another Saleor are not here")
def test_all_deliveries_of_another_saleor_are_believed_and_no_altered_one() -> None:
    keys = json.loads((ALL_THERE_IS / "jwks.json").read_text())
    kinds = set()
    for path in sorted(ALL_THERE_IS.glob("*.json")):
        told = json.loads(path.read_text())
        headers = dict(told["headers"]) if "headers" in told else {}
        if signature := headers.get("Saleor-Signature"):
            body = base64.b64decode(told["body_base64"])
            check_body(signature, body, keys)
            for position in _spread(len(body), 5):
                assert _is_refused(signature, _flipped(body, position), keys), (path.name, position)
            for position in _spread(len(signature), 5):
                assert _is_refused(_other_letter(signature, position), body, keys), (path.name, position)
            kinds.add(told["event"])

    assert len(kinds) >= LEAST_OF_THEM


def _is_refused(signature: str, body: bytes, keys: dict[str, Any] | None = None) -> bool:
    try:
        check_body(signature, body, keys or jwks())
    except BadSignature:
        return True
    return False


def _spread(length: int, count: int = POSITIONS) -> list[int]:
    """First, last, and places between."""
    return sorted({round(step * (length - 1) / (count - 1)) for step in range(count)})


def _flipped(body: bytes, position: int) -> bytes:
    return body[:position] + bytes([body[position] ^ 1]) + body[position + 1 :]


def _other_letter(text: str, position: int) -> str:
    """The letter's neighbour in the alphabet of base64: the smallest alteration there is."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[letters.index(text[position]) ^ 1] if text[position] in letters else "A"
    return text[:position] + other + text[position + 1 :]


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _learned(folder: Path, deliveries: Sequence[Recorded]) -> dict[str, list[tuple[Any, ...]]]:
    """What is counted after these, in Saleor's words: our own numbers depend on what was met first."""
    door = Door(folder)
    for delivery in deliveries:
        assert door.deliver(delivery).status_code == 200
    with door.tandem.shop(door.tandem.installed_at(API_URL)) as shop:
        counts = {name: shop.db.conn.execute(query).fetchall() for name, query in COUNTS.items()}
    door.tandem.close()
    return counts


COUNTS = {
    "orders": "select id, snapshot from orders order by id",
    "bought": """select channels.id, products.id, orders, buyers, weight from bought join products on products.number = product
        left join channels on channels.number = scope order by 1, 2""",
    "pairs": """select channels.id, one.id, other.id, orders, buyers, weight from pairs
        join products as one on one.number = beside join products as other on other.number = pairs.product
        left join channels on channels.number = scope order by 1, 2, 3""",
}
