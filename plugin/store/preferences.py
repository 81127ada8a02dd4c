"""The merchant's preferences, and who changed what when."""

from __future__ import annotations

import json
from functools import lru_cache

from sqlite_utils import Database

from plugin.store import facts
from plugin.suggestions.preferences import Preferences, as_json, changed


def get(db: Database) -> Preferences:
    """The shop's preferences; defaults where nothing was chosen. What an older version kept and we no longer know is dropped."""
    return _read(facts.text(db, "preferences") or "{}")


@lru_cache(maxsize=256)
def _read(text: str) -> Preferences:
    """Read once: every suggestion and every order asks for them, and they hardly ever change."""
    kept = json.loads(text)
    known = as_json(Preferences())
    return changed(Preferences(), {name: value for name, value in kept.items() if name in known})


def unwanted(db: Database) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of excluded products and categories, and of sensitive categories."""
    return _unwanted(facts.text(db, "preferences") or "{}")


@lru_cache(maxsize=64)
def _unwanted(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Sets, made once: ten thousand ids are looked up in no time, and take a while to gather."""
    chosen = _read(text)
    excluded = frozenset((*chosen.excluded_products, *chosen.excluded_categories))
    return excluded, frozenset(chosen.sensitive_categories)


def keep(db: Database, preferences: Preferences, who: str, at: str) -> None:
    """Remember them, with a line in the shop's log of changes."""
    facts.keep(db, "preferences", as_json(preferences))
    db.conn.execute(
        "insert into changes (made_at, who, what) values (?, ?, ?)",
        [at, who, json.dumps(as_json(preferences))],
    )
