"""What was learned of categories, for people: their nature, what they are to each other, and the counts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin.shop import Shop
from plugin.store import learned_habits
from plugin.suggestions.habits.natures import UNKNOWN, Nature
from plugin.suggestions.habits.relations import NOTHING, Relation
from plugin.use_cases.learn_habits import learned_at


@dataclass(frozen=True, slots=True)
class CategoryHabit:
    """A category, what was learned of it with the counts, and what the merchant says instead, if anything."""

    id: str
    name: str
    learned: Nature
    chosen: str | None

    @property
    def nature(self) -> str:
        """What counts."""
        return self.chosen or self.learned.nature


@dataclass(frozen=True, slots=True)
class RelationHabit:
    """Two categories, what was learned of them with the counts, and what the merchant says instead, if anything."""

    one: str
    one_name: str
    other: str
    other_name: str
    learned: Relation
    chosen: str | None

    @property
    def kind(self) -> str:
        """What counts."""
        return self.chosen or self.learned.kind


@dataclass(frozen=True, slots=True)
class Habits:
    """Everything, by name. `learned_at`: None before the first look."""

    learned_at: datetime | None
    categories: tuple[CategoryHabit, ...]
    relations: tuple[RelationHabit, ...]


def describe_habits(shop: Shop) -> Habits:
    """All categories, and all pairs of which something was learned or said."""
    names = learned_habits.category_names(shop.db)
    natures, said = learned_habits.learned_natures(shop.db), learned_habits.nature_choices(shop.db)
    relations = learned_habits.learned_relations(shop.db)
    told = learned_habits.relation_choices(shop.db)

    categories = [
        CategoryHabit(category, name, natures.get(category) or Nature(UNKNOWN), said.get(category))
        for category, name in names.items()
    ]
    pairs = [
        RelationHabit(
            one, names[one], other, names[other],
            relations.get((one, other)) or Relation(NOTHING), told.get((one, other)),
        )
        for one, other in relations.keys() | told.keys()
        if one in names and other in names
    ]  # fmt: skip

    return Habits(
        learned_at(shop),
        tuple(sorted(categories, key=lambda one: (one.name.casefold(), one.id))),
        tuple(
            sorted(
                (pair for pair in pairs if pair.chosen or pair.kind != NOTHING),
                key=lambda pair: (pair.one_name.casefold(), pair.other_name.casefold(), pair.one, pair.other),
            )
        ),
    )
