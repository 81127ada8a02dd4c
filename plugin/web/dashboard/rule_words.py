"""A rule in words where its page needs some: its kinds, its fields, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugin.suggestions.rules.checks import SELECTORS
from plugin.suggestions.rules.model import BOOST, BURY, EXCLUDE, MATCH, PAIR, PIN
from plugin.web.dashboard.rule_form import field_of


@dataclass(frozen=True, slots=True)
class KindOfRule:
    """How the page speaks of a kind. `what` and `beside`: the labels of its selectors; empty where it has none."""

    kind: str
    label: str
    explained: str
    group: str
    what: str
    beside: str
    optional: tuple[str, ...] = ("beside",)

    @property
    def only_products(self) -> bool:
        """Whether its selectors take products only."""
        return self.kind == PAIR


KINDS = (
    KindOfRule(EXCLUDE, "Exclude", "Never suggest it. Always wins, whatever any other rule says.", "Excluded", "Never suggest", "Only when the basket holds"),
    KindOfRule(MATCH, "Must match", "Suggest only what has a property in common with the basket: a lens for the camera’s mount.", "Must match", "Asked of", "Compared with", ("what", "beside")),
    KindOfRule(PIN, "Pin", "Suggest it at a fixed position, with or without evidence.", "Pinned", "Suggest", "Only when the basket holds"),
    KindOfRule(PAIR, "Own pair", "Two products you want together, whatever was learned.", "Own pairs", "Suggest", "When the basket holds", ()),
    KindOfRule(BOOST, "Boost", "Suggest it more often than orders alone would.", "Boosted", "Suggest more often", "Only when the basket holds"),
    KindOfRule(BURY, "Bury", "Suggest it less often than orders alone would.", "Buried", "Suggest less often", "Only when the basket holds"),
)  # fmt: skip
"""The strongest first, on the page and in the list."""

BY_KIND = {one.kind: one for one in KINDS}

FIELDS = {
    "kind": "Kind", "what": "Product, category, collection or attribute value", "beside": "What the basket holds", "position": "Position",
    "factor": "Counts times", "attribute": "Attribute", "channels": "Channels", "from": "Start", "until": "End", "note": "Note",
}  # fmt: skip

NOTHING_CHOSEN = {"must not be empty", SELECTORS}


def by_field(problems: Iterable[tuple[str, str]], kind: str) -> Mapping[str, list[str]]:
    """What is wrong, as people say it, by field of the form."""
    found: dict[str, list[str]] = {}
    for problem, message in problems:
        field = field_of(problem, kind)
        chosen = field in ("what", "beside", "attribute", "kind") and message in NOTHING_CHOSEN
        found.setdefault(field, []).append("choose one" if chosen or field == "kind" else message)
    return found


def problem(field: str, message: str, kind: str) -> str:
    """A problem as a sentence that begins with its field's label on the page."""
    words = BY_KIND.get(kind)
    labels = {"what": words.what, "beside": words.beside} if words else {}
    return f"{labels.get(field) or FIELDS.get(field, field)}: {message}"
