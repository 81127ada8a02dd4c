"""How long a signed order takes through the app; peer: a bare Flask view that does nothing but verify the same signature."""

from __future__ import annotations

import http.client
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import Flask, Response, jsonify, request
from rich.console import Console
from rich.table import Table

from plugin.app import create_app
from plugin.config import Config
from plugin.web.server import serve_forever
from tests.benchmarks.made_up_orders import made_up_orders
from tests.benchmarks.shops import SMALL, a_shop
from tests.benchmarks.signed_deliveries import PATH, Delivery, Signer
from tests.benchmarks.timing import Times, in_turns, ms

LINES = 5
DELIVERIES = 1_500
WARM_UP = 100
SEED = 31
FIRST_NEW = 20_000_000

SENDERS = 4
"""Connections that send at the same time; Saleor's webhook workers do."""

THREADS = 8

AIM = 3.0
"""Our median at most this many times the bare view's."""


Call = Callable[[Flask, Sequence[Delivery], int], None]
"""Hands one delivery to an app in this process."""


@dataclass(slots=True)
class Rate:
    """Requests a second from several connections."""

    per_second: float


def run(console: Console, full: bool) -> None:
    """Print the table."""
    signer = Signer()
    table = Table(title=f"Receiver: ORDER_CREATED with {LINES} lines, every order another one, into {SMALL}")
    for column in (
        "how",
        "median",
        "p95",
        "processor",
        "bare median",
        "bare p95",
        "ratio",
        f"per second, {SENDERS} senders",
        "bare",
    ):
        table.add_column(column, justify="left" if column == "how" else "right")
    deliveries = _deliveries(signer, 3 * DELIVERIES + 4 * SENDERS * DELIVERIES // 10)
    with a_shop(SMALL, signer.jwks) as (tandem, _installation):
        config, key = tandem.config, signer.key.public_key()
        for how, call in (("in the process, WSGI", _call), ("in the process, Flask's test client", _ask)):
            part, deliveries = deliveries[:DELIVERIES], deliveries[DELIVERIES:]
            _row(table, how, _in_process(config, key, call, part), None)
        with _served(partial(create_app, config)) as ours, _served(partial(_bare, key)) as bare:
            times = _over_http(ours, bare, deliveries[:DELIVERIES])
            rates = _at_once(ours, deliveries[DELIVERIES:]), _at_once(bare, deliveries[DELIVERIES:])
            _row(table, f"over HTTP (gunicorn, {THREADS} threads, worker on)", times, rates)
    console.print(table)
    console.print(f"Aim: a ratio of at most {AIM:g}. In turns; each order is learned when it is answered.\n")


def _deliveries(signer: Signer, count: int) -> list[Delivery]:
    made = (
        order for order in made_up_orders(count * 20, SMALL.products, SEED) if len(order.products) == LINES
    )
    return [signer.delivery(FIRST_NEW + number, next(made)) for number in range(count)]


def _in_process(config: Config, key: RSAPublicKey, call: Call, deliveries: Sequence[Delivery]) -> list[Times]:
    app = create_app(config, work=False)
    works = [partial(call, app, deliveries), partial(call, _bare(key), deliveries)]
    times = in_turns(len(deliveries) - WARM_UP, works, WARM_UP)
    app.extensions["tandem"].close()
    return times


def _over_http(ours: int, bare: int, deliveries: Sequence[Delivery]) -> list[Times]:
    with _connected(ours) as to_us, _connected(bare) as to_peer:
        works = [partial(_post, to_us, deliveries), partial(_post, to_peer, deliveries)]
        return in_turns(len(deliveries) - WARM_UP, works, WARM_UP)


def _at_once(port: int, deliveries: Sequence[Delivery]) -> Rate:
    def send(part: Sequence[Delivery]) -> None:
        with _connected(port) as connection:
            for number in range(len(part)):
                _post(connection, part, number)

    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, [deliveries[first::SENDERS] for first in range(SENDERS)]))
    return Rate(len(deliveries) / (time.perf_counter() - started))


def _row(table: Table, how: str, times: list[Times], rates: tuple[Rate, Rate] | None) -> None:
    ours, bare = times
    table.add_row(
        how, ms(ours.median), ms(ours.p95), ms(ours.worked) if rates is None else "", ms(bare.median), ms(bare.p95),
        f"{ours.median / bare.median:.2f}", *(f"{rate.per_second:,.0f}" for rate in rates or ()),
    )  # fmt: skip


def _bare(key: RSAPublicKey) -> Flask:
    """The peer: the same library, the key read once."""
    app = Flask("bare")

    @app.post(PATH)
    def receive() -> Response:
        jwt.api_jws.decode_complete(
            request.headers["Saleor-Signature"],
            key=key,
            algorithms=["RS256"],
            detached_payload=request.get_data(),
        )
        return jsonify(status="done")

    return app


def _call(app: Flask, deliveries: Sequence[Delivery], number: int) -> None:
    answered: list[str] = []

    def start_response(status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
        answered.append(status)
        return answered.append  # type: ignore[return-value]  # never written to

    for _part in app.wsgi_app(deliveries[number].environ(), start_response):
        pass
    if answered != ["200 OK"]:
        raise SystemExit(f"the delivery was answered {answered}")


def _ask(app: Flask, deliveries: Sequence[Delivery], number: int) -> None:
    delivery = deliveries[number]
    answer = app.test_client().post(PATH, data=delivery.body, headers=delivery.headers)
    if answer.status_code != 200:
        raise SystemExit(f"the delivery was answered {answer.status}")


def _post(connection: http.client.HTTPConnection, deliveries: Sequence[Delivery], number: int) -> None:
    delivery = deliveries[number]
    connection.request("POST", PATH, delivery.body, delivery.headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"the delivery was answered {answer.status}")


@contextmanager
def _connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _served(make_app: Callable[[], Flask]) -> Iterator[int]:
    """The app under our own production server, in a process of its own. Its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = multiprocessing.get_context("fork").Process(
        target=serve_forever, args=(make_app, f"127.0.0.1:{port}", THREADS, 1)
    )
    server.start()
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.join()


def _wait_for(port: int, server: BaseProcess) -> None:
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    server.terminate()
    raise SystemExit("the server did not start")
