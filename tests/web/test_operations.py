"""The operator's doors: alive, ready, how busy."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from plugin.app import log_to_stderr
from tests.house import House


@pytest.fixture
def logs() -> Iterator[logging.Logger]:
    """The root of all logs, as it was before."""
    root = logging.getLogger()
    before = root.level
    yield root
    root.setLevel(before)


def test_a_living_process_says_so(house: House) -> None:
    answer = house.client.get("/health")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_ready_means_the_data_can_be_read(house: House) -> None:
    answer = house.client.get("/ready")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok", "shops": 1})


def test_unreadable_data_is_not_ready(house: House) -> None:
    path = house.config.data_dir / "installations.sqlite3"
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(b"not a database" * 1_000)

    answer = house.client.get("/ready")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "TryAgain")


def test_what_saleor_sends_and_how_it_was_answered_is_counted(house: House) -> None:
    house.place("beans", "mug")
    house.deliver("order_created", b"not JSON")
    house.client.get("/nothing/here")

    text = house.client.get("/metrics").get_data(as_text=True)

    assert 'tandem_requests_total{endpoint="webhooks.receive",status="200"} 3' in text
    assert 'tandem_requests_total{endpoint="webhooks.receive",status="400"} 1' in text
    assert 'tandem_requests_total{endpoint="none",status="404"} 1' in text
    assert 'tandem_request_seconds_total{endpoint="webhooks.receive",status="200"} ' in text


def test_metrics_name_no_shop_and_no_secret(house: House) -> None:
    house.storefront("variants=x&channel=y")

    text = house.client.get("/metrics").get_data(as_text=True)

    assert not any(
        word in text for word in (house.installation.key, house.sandbox.api_url, house.installation.token)
    )


def test_a_page_that_does_not_exist_is_an_error_in_the_same_form(house: House) -> None:
    answer = house.client.get("/nothing/here")

    assert (answer.status_code, set(answer.get_json()["error"])) == (404, {"code", "message"})


def test_the_logo_is_large_enough_for_saleor(house: House) -> None:
    answer = house.client.get("/logo.png")

    picture = answer.get_data()
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    assert (answer.mimetype, min(width, height) >= 256) == ("image/png", True)
    answer.close()


def test_the_page_about_tandem_names_the_manifest_where_the_operator_says_it_is(house: House) -> None:
    asked = house.client.get("/about", base_url="http://inside:5000").get_data(as_text=True)
    public = house.restarted(app_url="https://public.example.com/tandem")
    configured = public.client.get("/about", base_url="http://inside:5000").get_data(as_text=True)

    assert "<code>http://inside:5000/api/manifest</code>" in asked
    assert "<code>https://public.example.com/tandem/api/manifest</code>" in configured
    public.tandem.close()
    public.sandbox.http.close()


@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
def test_the_operator_chooses_how_much_is_logged_even_after_the_command_line_began_to(
    logs: logging.Logger, level: str
) -> None:
    log_to_stderr("WARNING")

    log_to_stderr(level)

    assert logging.getLevelName(logs.level) == level
