"""What is asked about habits while a basket waits: of variants, of categories, and of the one shopper."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from plugin.store import asking, listed, preferences
from plugin.store.orders import moment
from plugin.suggestions.affinity import is_placed
from plugin.suggestions.habits.choices import Choice
from plugin.suggestions.habits.natures import CONSUMABLE, MERCHANT, UNKNOWN, Nature
from plugin.suggestions.habits.relations import NOTHING, Relation
from plugin.suggestions.habits.shoppers import EarlierOrder, Shopper, known_by
from plugin.suggestions.model import ProductNumber, VariantId

CHOICES = """
select variant, orders, kept, pieces, returned from choices where variant in (select value from json_each(?))
"""

NATURES = """
select category, nature, buyers, again, same from natures where category in (select value from json_each(?))
"""

NATURE_CHOICES = (
    "select category, nature from nature_choices where category in (select value from json_each(?))"
)

CONSUMABLES = """
select category from natures where nature = ?1 and category not in (select category from nature_choices)
union select category from nature_choices where nature = ?1
"""

RELATIONS = """
with asked (category) as ({})
select 0, relations.category, other, kind, together, expected, replaced
from asked cross join relations on relations.category = asked.category
union all
select 1, choices.category, other, kind, 0, 0, 0 from asked cross join relation_choices as choices on choices.category = asked.category
"""

MOST_EARLIER = 50
"""A shopper's newest orders that are looked at: each has to be read while they wait, and tastes change."""

EARLIER = """
select learned, snapshot, channels.currency from orders indexed by orders_of_buyer
cross join channels on channels.number = orders.channel
where buyer = ? and ordered_at <= ? order by ordered_at desc limit ?
"""


def choices(db: Database, variants: Iterable[VariantId]) -> dict[VariantId, Choice]:
    """How often these variants were chosen and kept; those nobody chose are left out."""
    rows = db.conn.execute(CHOICES, [listed.texts(variants)])
    return {VariantId(variant): Choice(*counts) for variant, *counts in rows}


def natures(db: Database, categories: Iterable[str]) -> dict[str, Nature]:
    """Whether what these categories hold lasts; those nothing is known of are left out. The merchant's word wins."""
    wanted = listed.texts(categories)
    found = {row[0]: Nature(*row[1:]) for row in db.conn.execute(NATURES, [wanted])}
    for category, said in db.conn.execute(NATURE_CHOICES, [wanted]):
        learned = found.get(category) or Nature(UNKNOWN)
        found[category] = Nature(said, learned.buyers, learned.again, learned.same, MERCHANT)
    return found


def consumables(db: Database) -> frozenset[str]:
    """The categories whose products are used up, so that they may come back."""
    return frozenset(row[0] for row in db.conn.execute(CONSUMABLES, [CONSUMABLE]))


def relations(db: Database, categories: Iterable[str]) -> dict[tuple[str, str], Relation]:
    """What these categories are to others, and to themselves, in both directions; pairs that are nothing are left out.

    The merchant's word wins, and may be that they are nothing to each other: that is told.
    """
    found: dict[tuple[str, str], Relation] = {}
    for chosen, one, other, kind, *counts in sorted(asking.each(db, RELATIONS, categories)):
        if chosen:
            learned = found.get((one, other)) or Relation(kind)
            counts = [learned.together, learned.expected, learned.replaced, MERCHANT]
        found[one, other] = Relation(kind, *counts)
    told = {pair: one for pair, one in found.items() if one.kind != NOTHING or one.source == MERCHANT}
    return told | {(other, one): relation for (one, other), relation in told.items()}


def shopper(db: Database, buyer: str, currency: str, now: datetime) -> Shopper:
    """What this buyer's newest orders tell, by the keyed hash that stands for them. Totals: those in this currency.

    What was bought as a guest, under the same address or not, is nobody's.
    """
    chosen = preferences.get(db)
    placed = []
    for learned, text, paid_in in db.conn.execute(EARLIER, [bytes.fromhex(buyer), moment(now), MOST_EARLIER]):
        facts = json.loads(text)
        if facts.get("account") and is_placed(facts["status"], facts["paid"], facts["reissue"], chosen):
            placed.append(_earlier(facts, json.loads(learned), paid_in == currency))
    return known_by(placed)


def _earlier(facts: Mapping[str, Any], owned: Sequence[ProductNumber], same_currency: bool) -> EarlierOrder:
    pieces, stayed, total = 0, 0, Decimal()
    for _product, _variant, quantity, kept, amount, gift in facts["lines"]:
        if not gift:
            pieces += quantity
            stayed += kept
            total += Decimal(amount)
    returned = pieces if facts["refunded"] else pieces - stayed
    counted = total if owned and same_currency else None
    return EarlierOrder(counted, pieces, returned, facts.get("discounted", False), owned)
