"""What Tandem learned, in words: which way is better, what lasts, what goes together, and from how much that is known."""

from __future__ import annotations

from plugin.suggestions.habits.natures import CONSUMABLE, DURABLE, UNKNOWN, Nature
from plugin.suggestions.habits.relations import COMPLEMENT, NEVER, NOTHING, SUBSTITUTE, Relation
from plugin.suggestions.upgrades.directions import ALIKE, OWN_RANGE, SAME_PRODUCT, WHOLE_TYPE
from plugin.suggestions.upgrades.scales import DOWN, FORBID, IGNORE, IGNORED, ORDER, TASTE, UNCLEAR, UP
from plugin.use_cases.describe_directions import DescribedAttribute
from plugin.web.dashboard.words import plural

WAYS = {
    UP: "More is better", DOWN: "Less is better", ORDER: "Better in this order", TASTE: "A matter of taste",
    UNCLEAR: "Not clear", IGNORED: "Does not matter",
}  # fmt: skip

CHOICES = {
    UP: "More is better", DOWN: "Less is better", ORDER: "Better in an order of mine", FORBID: "A matter of taste, never a reason",
    IGNORE: "Does not matter",
}  # fmt: skip
"""What a merchant may say instead of what was learned."""

COMPARED = {
    SAME_PRODUCT: "of variants of one product",
    OWN_RANGE: "of variants of one product, where other properties rise along",
    ALIKE: "of products alike in everything else",
    WHOLE_TYPE: "across all products of this type",
}


def evidence(about: DescribedAttribute) -> str:
    """Why it was learned so."""
    counted = f"{about.agreeing:,} of {about.pairs:,} comparisons {COMPARED.get(about.how, '')}".rstrip()
    if about.learned in (UP, DOWN):
        return f"The dearer one had {'more' if about.learned == UP else 'less'} in {counted}."
    if about.learned == ORDER:
        return f"Prices rise in this order in {counted}."
    if about.learned == TASTE:
        return "Never a reason for an upgrade, and an upgrade keeps it as it is."
    if about.learned == IGNORED:
        return "Tells products apart, or cannot be compared."
    told = f"Prices agree in {counted} only." if about.pairs else "There is too little to compare yet."
    return f"{told} An upgrade keeps it as it is."


NATURES = {DURABLE: "Lasts", CONSUMABLE: "Is used up", UNKNOWN: "Not known yet"}

RELATIONS = {
    COMPLEMENT: "Complete each other", SUBSTITUTE: "Alternatives", NEVER: "Never together", NOTHING: "Nothing to each other",
}  # fmt: skip

EXPLAINED = {
    COMPLEMENT: "Suggested beside each other.",
    SUBSTITUTE: "One instead of the other: only ever an upgrade.",
    NEVER: "Never suggested beside each other.",
    NOTHING: "Whatever was learned of their products.",
}


def nature_evidence(nature: Nature) -> str:
    """Who came back, and for what."""
    if not nature.buyers:
        return "Nobody who bought of it has come back yet."
    return f"Of {nature.buyers:,} buyers who came back, {nature.again:,} bought of it again, {nature.same:,} the very same product."


def relation_evidence(relation: Relation) -> str:
    """How often they meet, and how often they do not."""
    told = (
        f"Together in {plural(relation.together, 'order')}, where chance would have {relation.expected:,.0f}."
    )
    if relation.replaced:
        told += f" {plural(relation.replaced, 'person', 'people')} bought both, but never at once."
    return told
