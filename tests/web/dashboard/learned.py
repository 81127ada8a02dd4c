"""What a shop has learned, for tests of the pages."""

from __future__ import annotations

from plugin.shop import Shop
from plugin.store import directions, learned_habits
from plugin.store.database import writing
from plugin.suggestions.habits.natures import Nature
from plugin.suggestions.habits.relations import Relation
from plugin.suggestions.upgrades.scales import DOWN, ORDER, TASTE, UNCLEAR, Grounds, Scale

SENSORS = {"1": "1 inch", "apsc": "APS-C", "ff": "Full frame"}
MOUNTS = {"x": "X mount", "z": "Z mount"}

SCALES = (
    Scale("sensor", "Sensor", "DROPDOWN", "", ORDER, tuple(SENSORS), SENSORS, Grounds("alike", 38, 41)),
    Scale("weight", "Weight", "NUMERIC", "G", DOWN, grounds=Grounds("own_range", 9, 10)),
    Scale("colour", "Colour", "SWATCH", "", TASTE, names={"red": "Red"}),
    Scale("mount", "Mount", "DROPDOWN", "", UNCLEAR, names=MOUNTS, grounds=Grounds("whole_type", 20, 41)),
)


def learn(shop: Shop) -> None:
    """Four attributes of cameras, what lasts, and what goes together."""
    with writing(shop.db):
        shop.db.conn.execute("insert or replace into product_types (id, name) values ('camera', 'Camera')")
        for scale in SCALES:
            named = [scale.attribute, scale.name]
            shop.db.conn.execute("insert or replace into attributes (slug, name) values (?, ?)", named)
        directions.keep(shop.db, "camera", SCALES, "2026-11-22")
        learned_habits.keep_natures(
            shop.db, {"cameras": Nature("durable", 214, 9, 1), "care": Nature("consumable", 61, 30, 28)}
        )
        learned_habits.keep_relations(
            shop.db,
            {
                ("cameras", "cards"): Relation("complement", 212, 60.2, 14),
                ("cameras", "cameras"): Relation("substitute", 2, 31, 44),
            },
        )
