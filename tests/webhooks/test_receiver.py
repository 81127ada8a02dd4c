"""The door for Saleor's events: who may enter, what is refused for good, and what Saleor shall try again."""

from __future__ import annotations

import json
import logging
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import jwt
import pytest
from werkzeug.test import create_environ, run_wsgi_app

from plugin.app import log_to_stderr
from plugin.sandbox.keys import SigningKeys
from plugin.store import facts, orders
from tests.house import House, a_house

KEYS = "/.well-known/jwks.json"


def an_order_body(house: House) -> bytes:
    """A body Saleor made for ORDER_CREATED, not delivered yet."""
    house.sandbox.outbox.mode = "hold"
    house.place("beans", "mug")
    (delivery,) = house.held("ORDER_CREATED")
    house.sandbox.outbox.held.clear()
    house.sandbox.outbox.mode = "now"
    return delivery.payload


def known_orders(house: House) -> int:
    with house.shop() as shop:
        return orders.count(shop.db)


def header_of(**claims: Any) -> str:
    return urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def test_a_delivery_saleor_signed_is_done(new_house: House) -> None:
    answer = new_house.deliver("order_created", an_order_body(new_house))

    assert (answer.status_code, answer.get_json()) == (200, {"status": "done"})
    assert known_orders(new_house) == 1


def test_a_shop_that_never_installed_tandem_is_refused(new_house: House) -> None:
    answer = new_house.deliver(
        "order_created", an_order_body(new_house), Saleor_Api_Url="https://stranger.example.com/graphql/"
    )

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "UnknownShop")
    assert known_orders(new_house) == 0


@pytest.mark.parametrize(
    "forgery", ["missing", "garbage", "of another body", "without algorithm", "by HMAC", "not detached"]
)
def test_a_body_saleor_did_not_sign_is_refused(new_house: House, forgery: str) -> None:
    body, kid = an_order_body(new_house), new_house.sandbox.keys.kid
    signature = {
        "missing": "",
        "garbage": "x.y.z",
        "of another body": new_house.sandbox.keys.signature(body + b" "),
        "without algorithm": header_of(alg="none", b64=False, crit=["b64"], kid=kid) + "..",
        "by HMAC": jwt.api_jws.encode(
            body,
            "s" * 40,
            "HS256",
            headers={"b64": False, "crit": ["b64"], "kid": kid},
            is_payload_detached=True,
        ),
        "not detached": new_house.sandbox.keys.token({"any": "claims"}),
    }[forgery]

    answer = new_house.deliver("order_created", body, Saleor_Signature=signature)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "BadSignature")
    assert (known_orders(new_house), new_house.to_saleor.count(KEYS)) == (0, 0)


def test_every_altered_byte_is_refused(new_house: House) -> None:
    body = an_order_body(new_house)
    signature = new_house.sandbox.keys.signature(body)

    statuses = set()
    for place in range(0, len(body), 97):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        answer = new_house.deliver("order_created", altered, Saleor_Signature=signature)
        statuses.add(answer.status_code)

    assert (statuses, known_orders(new_house)) == ({401}, 0)


def test_after_saleor_rotated_its_keys_the_new_one_is_fetched_once_and_then_known(
    unheard_house: House,
) -> None:
    unheard_house.sandbox.keys.rotate()
    fetched = unheard_house.to_saleor.count(KEYS)

    unheard_house.place("beans", "mug")
    unheard_house.place("beans", "mug")

    assert unheard_house.to_saleor.count(KEYS) == fetched + 1
    assert {status for _path, status in unheard_house.to_tandem.told()} == {200}
    assert known_orders(unheard_house) == 2


def test_forged_key_ids_do_not_make_tandem_hammer_saleor(unheard_house: House) -> None:
    body, forger = an_order_body(unheard_house), SigningKeys()
    fetched = unheard_house.to_saleor.count(KEYS)

    forger.rotate()
    answers = [
        unheard_house.deliver("order_created", body, Saleor_Signature=forger.signature(body))
        for _ in range(20)
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert unheard_house.to_saleor.count(KEYS) == fetched + 1


def test_when_the_new_keys_cannot_be_fetched_saleor_shall_try_again(unheard_house: House) -> None:
    body = an_order_body(unheard_house)
    unheard_house.sandbox.keys.rotate()
    unheard_house.to_saleor.cut = {KEYS}
    fetched = unheard_house.to_saleor.count(KEYS)

    answers = [unheard_house.deliver("order_created", body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert unheard_house.to_saleor.count(KEYS) == fetched + 1


@pytest.fixture
def narrow_house(tmp_path: Path) -> Iterator[House]:
    """Accepts small bodies only."""
    house = a_house(tmp_path, max_body_bytes=2_000)
    house.install()
    yield house
    house.close()


def test_a_body_over_the_limit_is_refused_before_it_is_read(narrow_house: House) -> None:
    unread = BytesIO(b"x" * 3_000)
    request = narrow_house.signed("order_created", b"x" * 3_000)

    answer = narrow_house.client.post(**{**request, "data": None}, input_stream=unread, content_length=3_000)

    assert (answer.status_code, bool(answer.get_json()["error"]["message"])) == (413, True)
    assert unread.tell() == 0


class Endless(BytesIO):
    """A body without an end, and how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        size = 10_000_000 if size is None or size < 0 else size
        self.taken += size
        assert self.taken < 10_000_000, "nobody should read so much"
        return b"x" * size

    def readinto(self, buffer: Any, /) -> int:
        buffer[:] = self.read(len(buffer))
        return len(buffer)


def test_an_endless_body_without_a_length_is_refused(narrow_house: House) -> None:
    request, endless = narrow_house.signed("order_created", b""), Endless()
    environment = {
        **create_environ(
            request["path"], method="POST", headers={**request["headers"], "Transfer-Encoding": "chunked"}
        ),
        "wsgi.input": endless,
        "wsgi.input_terminated": True,
    }
    environment.pop("CONTENT_LENGTH", None)

    _body, status, _headers = run_wsgi_app(narrow_house.app, environment)

    assert status == "413 REQUEST ENTITY TOO LARGE"
    assert endless.taken < 100_000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not the shape of an event"),
        (b"not JSON", "not the shape of an event"),
        (b"\xff\xfe", "not the shape of an event"),
        (b"null", "not the shape of an event"),
        (b"[1]", "not the shape of an event"),
        (b'{"__typename": "OrderCreated"}', "'issuedAt'"),
        (
            b'{"__typename": "OrderCreated", "issuedAt": "2026-11-22", "recipient": null}',
            "not the shape of an event",
        ),
        (b"[" * 200_000, "not the shape of an event"),
        (b'{"a":' * 200_000, "not the shape of an event"),
        (b'{"n": ' + b"9" * 10_000 + b"}", "not the shape of an event"),
    ],
    ids=[
        "nothing",
        "words",
        "bytes",
        "null",
        "a list",
        "no time",
        "no recipient",
        "deep lists",
        "deep objects",
        "long number",
    ],
)
def test_what_is_no_event_is_refused_for_good_with_the_reason(
    new_house: House, caplog: pytest.LogCaptureFixture, body: bytes, said: str
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = new_house.deliver("order_created", body)

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (400, "BadPayload")
    assert said in error["message"]
    assert f"{new_house.sandbox.api_url}: 400 BadPayload" in caplog.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "'order'"),
        ({"order": None}, "order"),
        ({"order": "an order"}, "order_from"),
        ({"order": {"id": 5}}, "order_from"),
        ({"order": [[[[]]]]}, "order_from"),
        ({"issuedAt": "yesterday", "order": {}}, "moment"),
        ({"issuedAt": 5, "order": {}}, "moment"),
    ],
)
def test_an_event_of_another_shape_than_asked_for_is_refused_with_the_reason(
    new_house: House, more: dict[str, Any], said: str
) -> None:
    answer = new_house.deliver("order_created", new_house.body("order_created", **more))

    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (400, "BadPayload")
    assert said in error["message"]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e400"])
def test_an_amount_that_is_no_amount_is_refused(new_house: House, amount: str) -> None:
    body = json.loads(an_order_body(new_house))
    body["order"]["lines"][0]["totalPrice"]["gross"]["amount"] = "AMOUNT"
    raw = json.dumps(body).replace('"AMOUNT"', amount).encode()

    answer = new_house.deliver("order_created", raw)

    assert (answer.status_code, known_orders(new_house)) == (400, 0)


def test_a_body_of_another_event_is_refused(new_house: House) -> None:
    answer = new_house.deliver("order_updated", an_order_body(new_house))

    assert (answer.status_code, answer.get_json()["error"]["message"]) == (
        400,
        "a OrderCreated was delivered where a OrderUpdated belongs",
    )


def test_an_event_tandem_never_asked_for_is_not_found(new_house: House) -> None:
    answer = new_house.deliver("gift_card_created", new_house.body("gift_card_created"))

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NotFound")


def test_looking_at_the_door_is_not_delivering(new_house: House) -> None:
    answer = new_house.client.get("/api/webhooks/order_created")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (405, "MethodNotAllowed")


def test_a_late_delivery_for_an_earlier_installation_is_ignored(new_house: House) -> None:
    body = an_order_body(new_house)
    new_house.sandbox.apps.delete(new_house.saleor_app.id)
    new_house.install()

    answer = new_house.deliver("order_created", body)

    assert (answer.status_code, answer.get_json()["status"]) == (200, "ignored")
    assert known_orders(new_house) == 0


def test_when_another_writer_holds_the_file_saleor_tries_again_and_then_it_is_learned(
    new_house: House,
) -> None:
    body = an_order_body(new_house)
    other = sqlite3.connect(new_house.tandem.file_of(new_house.installation), isolation_level=None)
    other.execute("begin immediate")

    refused = new_house.deliver("order_created", body)
    other.execute("rollback")
    other.close()
    repeated = new_house.deliver("order_created", body)

    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "TryAgain")
    assert (repeated.status_code, known_orders(new_house)) == (200, 1)


def test_when_the_file_cannot_be_opened_saleor_tries_again(new_house: House) -> None:
    body = an_order_body(new_house)
    path = new_house.tandem.file_of(new_house.installation)
    hidden = path.rename(path.with_suffix(".hidden"))
    path.mkdir()

    refused = new_house.deliver("order_created", body)
    path.rmdir()
    hidden.rename(path)

    assert refused.status_code == 503
    assert new_house.deliver("order_created", body).status_code == 200


def test_tandem_answers_every_event_without_asking_saleor_anything(house: House) -> None:
    sandbox, shelves = house.sandbox, house.sandbox.shelves
    asked = len(house.to_saleor.asked)

    order = house.place("beans", "mug")
    checkout = house.open_checkout("beans")
    sandbox.checkouts.write(checkout.id, email="ann@example.com")
    sandbox.orders.cancel(order.id)
    mug = next(iter(sandbox.state.variants.values()))
    shelves.set_stock(mug.id, 0)
    shelves.set_stock(mug.id, 5)
    shelves.change_product(mug.product_id, name="Better mug")
    shelves.change_channel("channel-us", is_active=False)
    shelves.change_category(next(iter(sandbox.state.categories)), name="Hot")
    sandbox.apps.set_active(house.saleor_app.id, False)

    told = house.to_tandem.told()
    assert {status for _event, status in told} == {200}
    assert {event for event, _status in told} >= {
        "order_created",
        "checkout_created",
        "checkout_updated",
        "product_updated",
    }
    assert len(house.to_saleor.asked) == asked


def test_it_is_known_when_saleor_was_last_heard(unheard_house: House) -> None:
    unheard_house.deliver("order_created", an_order_body(unheard_house))

    with unheard_house.shop() as shop:
        assert facts.get(shop.db, "last_delivery")["event"] == "ORDER_CREATED"


def test_neither_token_nor_address_of_a_buyer_is_ever_logged(
    new_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        log_to_stderr("DEBUG")
        new_house.place("beans", "mug", user_email="ann@example.com")
        new_house.deliver(
            "order_created", new_house.body("order_created", order={"userEmail": "ann@example.com"})
        )
        new_house.work()

    assert caplog.text
    assert "ann@example.com" not in caplog.text
    assert new_house.installation.token not in caplog.text
