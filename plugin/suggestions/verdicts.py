"""Why a suggestion was shown or not: a key, and the words for people."""

from __future__ import annotations

from collections.abc import Mapping

KEPT = "kept"

WITHHELD: Mapping[str, str] = {
    "switched_off": "suggestions are switched off",
    "paying": "a payment has begun",
    "placement": "nothing is shown at this step",
    "dismissed": "the shopper wanted no more suggestions",
    "removed": "the shopper took a suggestion out again",
    "declined_twice": "the shopper turned two suggestions down",
    "empty_basket": "the basket is empty",
    "no_evidence": "no evidence for this basket",
}
"""Reasons for which nothing was looked at or found at all."""

DROPPED: Mapping[str, str] = {
    "unavailable": "cannot be bought now",
    "changed_meanwhile": "sold out or repriced a moment ago",
    "in_basket": "in the basket already",
    "excluded": "excluded in the preferences",
    "sensitive": "of a sensitive category",
    "rule_exclude": "excluded by a rule",
    "rule_match": "does not fit the basket, by a rule",
    "never_beside": "never beside this category, by the table of categories",
    "substitute": "an alternative to something in the basket",
    "owned": "the shopper owns it",
    "declined": "turned down before in this checkout",
    "over_budget": "too dear beside this basket",
    "above_usual": "the basket is above what this shopper usually spends",
    "costly_shopper": "no discounts and upgrades for this shopper",
    "filler_above_delivery": "dearer than the delivery it saves",
    "unlikely": "too few shoppers are expected to take it",
    "in_a_set": "the bundle that lacks just this stands in its place",
    "breaks_a_set": "would take from a bundle on offer what it is made of",
    "twice": "offered already in another suggestion",
    "crowded": "two of its category are shown already",
    "one_of_a_kind": "one of this kind is enough",
    "weaker": "others are stronger",
}
"""Reasons for which one candidate was not shown."""

UPGRADES: Mapping[str, str] = {
    "too_dear": "too much dearer",
    "too_cheap": "not dearer enough",
    "not_better": "better in no fact that can be stated",
    "worse": "worse in as many facts as it is better",
    "other_taste": "differs in a matter of taste",
    "other_kind": "another thing, or of another category",
    "unsaid": "only one of the two says this",
    "two_lines": "lies in more than one line",
    "no_direction": "nobody knows what is better here",
    "too_few_pieces": "too few pieces for this line",
    "priced_line": "the line has a price of its own",
    "gift": "the line is a gift",
}
"""Reasons for which a variant is no upgrade of a line."""


def words(key: str) -> str:
    """The reason in words. Some keys carry a detail after a colon: `other_taste:colour`."""
    name, _, detail = key.partition(":")
    text = {KEPT: "shown", **WITHHELD, **DROPPED, **UPGRADES}.get(name, name)
    return f"{text} ({detail})" if detail else text
