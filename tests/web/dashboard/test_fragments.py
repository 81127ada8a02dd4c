"""What the merchant reads: is it learning, what belongs together, what was suggested and taken."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from plugin.shop import Shop
from plugin.store import catalogue, facts, jobs, suggestions_shown
from plugin.store.database import writing
from plugin.suggestions.model import VariantId
from plugin.use_cases import plan_work
from plugin.use_cases.learn_from_past_orders import Progress
from tests.web.dashboard.camera_shop import Door, imported
from tests.web.dashboard.conftest import opened


def read(client: FlaskClient, door: Door, fragment: str) -> str:
    """A fragment as a person reads it: tags gone, white space as single blanks."""
    answer = client.get(f"/dashboard/fragments/{fragment}", headers=door.headers())
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def importing(shop: Shop) -> None:
    plan_work.after_install(shop, datetime.now(UTC))


def test_a_new_shop_is_about_to_read_its_history(app: Flask, client: FlaskClient, door: Door) -> None:
    with opened(app, door) as shop:
        importing(shop)

    assert "About to read your order history" in read(client, door, "learning")


def test_the_import_shows_how_far_it_is(app: Flask, client: FlaskClient, door: Door) -> None:
    with opened(app, door) as shop:
        importing(shop)
        imported(shop, Progress(12_400, 20_000, "cursor", finished=False))

    assert "12,400 of 20,000 orders read" in read(client, door, "learning")


def test_a_running_import_is_looked_at_often_and_a_finished_one_seldom(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    done = client.get("/dashboard/fragments/learning", headers=filled.headers()).text
    with opened(app, filled) as shop:
        imported(shop, Progress(1, 2, "cursor", finished=False))
    running = client.get("/dashboard/fragments/learning", headers=filled.headers()).text

    assert ("every 10s" in done, "every 2s" in running) == (True, True)


def test_an_import_that_saleor_does_not_answer_says_why_and_that_it_goes_on(
    app: Flask, client: FlaskClient, door: Door
) -> None:
    with opened(app, door) as shop:
        importing(shop)
        job = jobs.claim(shop.db, [plan_work.IMPORT], time.time() + 1)
        assert job is not None
        jobs.again(shop.db, job, time.time() + 600, "SaleorTrouble: Saleor is out of reach")

    seen = read(client, door, "learning")
    assert "Saleor is out of reach. It goes on by itself where it stood" in seen


def test_the_overview_counts_orders_and_products(client: FlaskClient, filled: Door) -> None:
    assert "Orders learned from 146 Products known 11" in read(client, filled, "overview")


def test_what_saleor_said_of_the_app_itself_is_not_named(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    assert "1 minute ago order created" in read(client, filled, "learning")

    with opened(app, filled) as shop:
        told = {"event": "APP_DELETED", "at": datetime.now(UTC).isoformat()}
        facts.keep(shop.db, "last_delivery", told)

    assert "Last heard from Saleor Just now Size of the store" in read(client, filled, "learning")


def test_pairs_come_with_their_evidence(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "highlights")

    assert "Travel tripod with Ball head Bought together in 17 of 17 orders with Ball head" in seen


def test_the_pictures_of_a_pair_stand_in_the_order_of_its_names(client: FlaskClient, filled: Door) -> None:
    answer = client.get("/dashboard/fragments/highlights", headers=filled.headers())

    rows = re.findall(r'<span class="pictures">.*?with</span>.*?</p>', answer.text, re.DOTALL)
    assert rows
    for row in rows:
        assert re.findall(r"/(\w+)\.svg", row) == re.findall(r'data-open="/products/(\w+)"', row)


def test_a_bestseller_without_association_is_no_pair(client: FlaskClient, filled: Door) -> None:
    assert "Cleaning cloth" not in read(client, filled, "highlights")


def test_an_empty_shop_says_what_will_come(client: FlaskClient, door: Door) -> None:
    seen = read(client, door, "highlights")

    assert ("No pair is certain yet" in seen, "Nothing was suggested yet" in seen) == (True, True)


def test_what_was_suggested_most_is_counted_in_checkouts(client: FlaskClient, filled: Door) -> None:
    assert "Memory card 64 GB In 30 checkouts" in read(client, filled, "highlights")


def test_the_product_widget_shows_what_a_shopper_would_see(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "widget_product?productId=x100")

    assert "Memory card 64 GB Bought together in 30 of 45 orders with X100 camera 24.90 EUR" in seen


def test_the_product_widget_follows_the_channel(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "widget_product?productId=x100&channel=channel-us")

    assert ("24.90 USD" in seen, "Leather case" in seen) == (True, False)


def test_only_channels_that_sell_the_product_are_offered(client: FlaskClient, filled: Door) -> None:
    both = read(client, filled, "widget_product?productId=x100")
    one = read(client, filled, "widget_product?productId=case&channel=channel-us")

    assert ("United States" in both, "United States" in one, "EUR" in one) == (True, False, True)


def test_a_basket_is_tried_where_all_of_it_is_sold(client: FlaskClient, filled: Door) -> None:
    assert "United States" not in read(client, filled, "trial?product=x100&add=case")


def test_a_widget_starts_with_a_channel_that_has_an_answer(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    with opened(app, filled) as shop:
        shop.db.conn.execute(
            "update listings set available = 0 where currency = 'EUR' and amount <> '1299.00'"
        )

    assert "24.90 USD" in read(client, filled, "widget_product?productId=x100")


def test_what_is_sold_nowhere_now_can_still_be_looked_at(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    with opened(app, filled) as shop:
        catalogue.run_out(shop.db, VariantId("x100-1"))

    assert "Memory card 64 GB" in read(client, filled, "widget_product?productId=x100")


def test_a_product_nobody_knows_is_no_error(client: FlaskClient, filled: Door) -> None:
    assert "does not know this product yet" in read(
        client, filled, "widget_product?productId=UHJvZHVjdDo5OQ=="
    )


def test_the_order_widget_tells_what_was_taken(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "widget_order?orderId=order 1")

    told = re.findall(r"(Memory card|Leather case|Spare battery).*?(Not bought|Bought(?! together))", seen)
    assert (sorted(told[:2]), told[2:]) == (
        [("Leather case", "Bought"), ("Memory card", "Bought")],
        [("Spare battery", "Not bought")],
    )


def test_what_was_taken_is_bought_though_the_next_document_leaves_it_out(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    with opened(app, filled) as shop, writing(shop.db):
        made = suggestions_shown.last(shop.db, "checkout 1")
        assert made is not None
        left = [told for told in made["suggestions"] if told["productId"] == "battery"]
        suggestions_shown.keep(shop.db, "checkout 1", {**made, "suggestions": left})

    seen = read(client, filled, "widget_order?orderId=order 1")

    told = re.findall(r"(\w+) Bought together[^B]*?X100 camera (Not bought|Bought)", seen)
    assert (sorted(told[:2]), told[2:]) == (
        [("GB", "Bought"), ("X100", "Bought")],
        [("W126S", "Not bought")],
    )


def test_a_checkout_with_nothing_certain_says_so(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        shop.db.conn.execute("delete from offered where checkout = 'checkout 1'")

    assert "had nothing certain to suggest" in read(client, filled, "widget_order?orderId=order 1")


def test_an_order_without_a_checkout_we_saw_says_so(client: FlaskClient, filled: Door) -> None:
    assert "came from no checkout Tandem saw" in read(client, filled, "widget_order?orderId=order 140")


def test_an_order_nobody_told_us_of_says_so(client: FlaskClient, filled: Door) -> None:
    assert "has not heard of this order" in read(client, filled, "widget_order?orderId=T3JkZXI6MQ==")


def test_the_home_widget_sums_the_week(client: FlaskClient, filled: Door) -> None:
    assert "Checkouts reached 61" in read(client, filled, "widget_home")


def test_a_basket_can_be_tried(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "trial?product=x100&add=card")

    assert "A shopper would see Leather case for X100" in seen


def test_what_is_taken_out_of_the_tried_basket_is_gone(client: FlaskClient, filled: Door) -> None:
    answer = client.get(
        "/dashboard/fragments/trial?product=x100&product=tripod&remove=x100", headers=filled.headers()
    )

    assert re.findall(r'name="product" value="(\w+)"', answer.text) == ["tripod"]


def test_names_are_shown_as_text_and_never_as_markup(app: Flask, client: FlaskClient, filled: Door) -> None:
    with opened(app, filled) as shop:
        shop.db.conn.execute("update products set name = '<img src=x onerror=alert(1)>' where id = 'card'")

    answer = client.get("/dashboard/fragments/highlights", headers=filled.headers())

    assert ("<img src=x" in answer.text, "&lt;img src=x" in answer.text) == (False, True)


def test_the_storefront_page_names_this_shops_address(client: FlaskClient, filled: Door) -> None:
    answer = client.get("/dashboard/fragments/storefront", headers=filled.headers())

    assert f"/storefront/{filled.installation.key}/suggestions" in answer.text


def test_the_overview_says_in_how_many_baskets_nothing_was_shown_and_why(
    app: Flask, client: FlaskClient, filled: Door
) -> None:
    before = read(client, filled, "withheld")
    with opened(app, filled) as shop, writing(shop.db):
        shop.db.conn.execute("update shown set document = json_set(document, '$.suggestions', json('[]'))")
        shop.db.conn.execute("update shown set withheld = 'declined_twice' where checkout like '%1'")

    after = read(client, filled, "withheld")

    assert "Every one of 61 baskets in the last 30 days was shown something." in before
    assert "Nothing was shown in 100 % of baskets" in after
    assert "The shopper turned two suggestions down. 7 baskets" in after


def test_without_baskets_nothing_was_withheld(client: FlaskClient, door: Door) -> None:
    assert "No basket in the last 30 days." in read(client, door, "withheld")


def test_a_tried_basket_tells_every_offer_that_was_considered(client: FlaskClient, filled: Door) -> None:
    seen = read(client, filled, "trial?product=x100")

    assert "considered: what is shown, what is left out, and why" in seen
    assert ("Shown" in seen, "% would take it" in seen) == (True, True)
