"""The app hears about itself: switched off, switched on, removed; late and repeated words undo nothing newer."""

from __future__ import annotations

from tests.house import House


def switched(house: House, active: bool) -> None:
    house.later(seconds=1)
    house.sandbox.apps.set_active(house.saleor_app.id, active)


def test_switched_off_and_on_in_the_dashboard_tandem_follows(house: House) -> None:
    switched(house, False)
    off = house.installation.active
    switched(house, True)

    assert (off, house.installation.active) == (False, True)


def test_switched_on_again_it_catches_up_with_what_it_missed(house: House) -> None:
    switched(house, False)
    house.later(minutes=1)
    missed = house.place("beans", "mug")
    house.later(minutes=1)

    switched(house, True)
    house.work()

    assert missed.id in house.learned_orders()


def test_a_late_word_of_being_switched_off_does_not_undo_a_newer_one(house: House) -> None:
    house.sandbox.outbox.mode = "hold"
    switched(house, False)
    switched(house, True)
    off, on = house.held("APP_STATUS_CHANGED")

    for delivery in (on, off, off):
        house.deliver("app_status_changed", delivery.payload)

    assert house.installation.active is True


def test_words_about_another_app_change_nothing(house: House) -> None:
    other = {"id": "QXBwOjk5", "isActive": False}

    statuses = [
        house.deliver(event, house.body(event, app=other)).status_code
        for event in ("app_status_changed", "app_deleted")
    ]

    assert statuses == [200, 200]
    assert (house.installation.active, house.installation.deleted_at) == (True, None)


def test_when_the_word_of_being_switched_on_was_lost_the_next_event_tells(house: House) -> None:
    switched(house, False)
    house.to_tandem.down = 400
    switched(house, True)
    house.to_tandem.down = None
    house.later(seconds=1)

    checkout = house.open_checkout("beans")
    house.work()

    assert (house.installation.active, house.suggested(checkout)) == (True, ["Mug", "Paper filters"])


def test_a_removed_app_is_a_stranger_to_its_late_deliveries(house: House) -> None:
    body = house.body("checkout_updated", checkout={})
    house.sandbox.apps.delete(house.saleor_app.id)

    answer = house.deliver("checkout_updated", body)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "UnknownShop")
    assert house.installation.deleted_at is not None
