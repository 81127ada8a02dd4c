"""What was offered in a checkout outlives the document that offered it, but not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from plugin.store import suggestions_shown
from plugin.store.database import open_file, up_to_date


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_file(tmp_path / "shop.sqlite3")
    yield opened
    opened.close()


def told(made_at: str, *products: str, reason: str = "") -> dict[str, Any]:
    suggestions = [
        {"kind": "also_bought", "productId": product, "reason": {"text": reason}} for product in products
    ]
    return {"linesHash": "", "madeAt": made_at, "suggestions": suggestions}


def offered(db: Database, checkout: str) -> list[str]:
    return [one["productId"] for one in suggestions_shown.offered(db, checkout)]


def test_everything_ever_offered_is_remembered_in_its_order(db: Database) -> None:
    suggestions_shown.keep(db, "a", told("2026-11-20T10:00:00Z", "strap", "card"))
    suggestions_shown.keep(db, "a", told("2026-11-20T10:01:00Z", "case", "strap"))
    suggestions_shown.keep(db, "a", told("2026-11-20T10:02:00Z"))

    assert (offered(db, "a"), offered(db, "b")) == (["strap", "card", "case"], [])


def test_an_offer_keeps_the_reason_it_was_first_made_with(db: Database) -> None:
    suggestions_shown.keep(db, "a", told("2026-11-20T10:00:00Z", "card", reason="first"))
    suggestions_shown.keep(db, "a", told("2026-11-20T10:01:00Z", "card", reason="second"))

    assert [one["reason"]["text"] for one in suggestions_shown.offered(db, "a")] == ["first"]


def test_a_product_counts_once_per_checkout_even_when_it_was_taken(db: Database) -> None:
    for checkout, later in (("a", ("case",)), ("b", ("card", "case")), ("c", ())):
        suggestions_shown.keep(db, checkout, told("2026-11-20T10:00:00Z", "card"))
        suggestions_shown.keep(db, checkout, told("2026-11-20T10:01:00Z", *later))
    suggestions_shown.keep(db, "old", told("2026-10-01T10:00:00Z", "card"))

    assert suggestions_shown.most_suggested(db, "2026-11-01", 5) == [("card", 3), ("case", 2)]


def test_old_offers_are_forgotten(db: Database) -> None:
    suggestions_shown.keep(db, "old", told("2026-08-01T10:00:00Z", "card"))
    suggestions_shown.keep(db, "new", told("2026-11-20T10:00:00Z", "card"))

    suggestions_shown.forget_before(db, "2026-09-01")

    assert (offered(db, "old"), offered(db, "new")) == ([], ["card"])


def test_what_was_shown_before_offers_were_remembered_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite3"
    db = open_file(path)
    suggestions_shown.keep(db, "a", told("2026-11-20T10:00:00Z", "strap", "card"))
    db.conn.execute("drop table offered")
    db.conn.execute("delete from _sqlite_migrations where name = 'remember_every_offer'")
    db.close()
    up_to_date.discard(path)

    db = open_file(path)

    assert offered(db, "a") == ["strap", "card"]
    db.close()
