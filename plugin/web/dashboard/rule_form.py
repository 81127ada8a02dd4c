"""The form of a rule: every field as it was typed, so that nothing is lost, and the JSON it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from plugin.suggestions.rules.checks import FIELDS
from plugin.suggestions.rules.model import ATTRIBUTE, PAIR, PRODUCT
from plugin.web.dashboard.typed_text import in_utc, in_zone, whole, with_point

OPENING_POSITION = "1"

OPENING_FACTORS = {"boost": "2", "bury": "0.5"}
"""What a new rule begins with: a step that is felt, and can be undone by its opposite."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a selector is set to: "product:<id>", "category:<id>", "collection:<id>" or "attribute:<slug>:<value>"."""

    text: str = ""

    @property
    def by(self) -> str:
        """product, category, collection or attribute; empty when nothing is chosen."""
        return self.text.partition(":")[0]

    @property
    def id(self) -> str:
        """Saleor's id; of an attribute "<slug>:<value>"."""
        return self.text.partition(":")[2]

    @property
    def product(self) -> str:
        """The id of a product; empty for anything else."""
        return self.id if self.by == PRODUCT else ""

    def node(self) -> dict[str, str] | None:
        """As JSON says it."""
        if not self.text:
            return None
        if self.by != ATTRIBUTE:
            return {self.by: self.id}
        slug, _, value = self.id.partition(":")
        return {ATTRIBUTE: slug, "value": value}


@dataclass(frozen=True, slots=True)
class Typed:
    """The form's fields as text. `number` and `version` are empty for a new rule, `kind` until it is chosen.

    `what` is suggested or not, `beside` is in the basket; no channel stands for all of them. Fields of other kinds are kept, for whoever changes the kind back.
    """

    number: str = ""
    version: str = ""
    kind: str = ""
    what: Chosen = Chosen()
    beside: Chosen = Chosen()
    position: str = OPENING_POSITION
    boost: str = OPENING_FACTORS["boost"]
    bury: str = OPENING_FACTORS["bury"]
    both: bool = False
    attribute: str = ""
    channels: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    note: str = ""
    enabled: bool = True

    def draft(self, zone: ZoneInfo) -> dict[str, Any]:
        """The rule's JSON, with the fields of its kind only. What is no number stays text, and is refused by name."""
        own = {
            "what": self.what.node(),
            "beside": self.beside.node(),
            "position": whole(self.position) if self.position.strip() else None,
            "factor": with_point(self.boost if self.kind == "boost" else self.bury),
            "attribute": self.attribute,
            "product": self.beside.product,
            "with": self.what.product,
            "both": self.both,
        }
        draft = {
            "kind": self.kind,
            **{name: own[name] for name in FIELDS.get(self.kind, ())},
            "channels": list(self.channels),
            "from": in_utc(self.since, zone),
            "until": in_utc(self.until, zone),
            "note": self.note,
            "enabled": self.enabled,
        }
        return {**draft, "id": self.number, "version": whole(self.version)} if self.number else draft


def typed_in(form: MultiDict[str, str]) -> Typed:
    """What the browser sent."""
    return Typed(
        number=form.get("id", ""),
        version=form.get("version", ""),
        kind=form.get("kind", ""),
        what=Chosen(form.get("what", "")),
        beside=Chosen(form.get("beside", "")),
        position=form.get("position", OPENING_POSITION),
        boost=form.get("boost", OPENING_FACTORS["boost"]),
        bury=form.get("bury", OPENING_FACTORS["bury"]),
        both="both" in form,
        attribute=form.get("attribute", ""),
        channels=tuple(form.getlist("channel")),
        since=form.get("since", ""),
        until=form.get("until", ""),
        note=form.get("note", ""),
        enabled="enabled" in form,
    )


def typed_from(rule: Mapping[str, Any], zone: ZoneInfo) -> Typed:
    """The JSON of a kept rule as the form shows it."""
    pair = rule["kind"] == PAIR
    factor = {rule["kind"]: f"{rule['factor']:g}"} if "factor" in rule else {}
    return Typed(
        number=rule["id"],
        version=str(rule["version"]),
        kind=rule["kind"],
        what=Chosen(f"{PRODUCT}:{rule['with']}") if pair else _chosen(rule.get("what")),
        beside=Chosen(f"{PRODUCT}:{rule['product']}") if pair else _chosen(rule.get("beside")),
        position=str(rule.get("position") or ("" if pair else OPENING_POSITION)),
        boost=factor.get("boost", OPENING_FACTORS["boost"]),
        bury=factor.get("bury", OPENING_FACTORS["bury"]),
        both=rule.get("both", False),
        attribute=rule.get("attribute", ""),
        channels=tuple(rule["channels"]),
        since=in_zone(rule["from"], zone),
        until=in_zone(rule["until"], zone),
        note=rule["note"],
        enabled=rule["enabled"],
    )


def field_of(problem: str, kind: str) -> str:
    """The form's field that a problem is about."""
    if kind == PAIR:
        return {"product": "beside", "with": "what"}.get(problem, problem)
    return problem.partition(".")[0]


def _chosen(node: Mapping[str, str] | None) -> Chosen:
    if node is None:
        return Chosen()
    if ATTRIBUTE in node:
        return Chosen(f"{ATTRIBUTE}:{node[ATTRIBUTE]}:{node['value']}")
    ((by, found),) = node.items()
    return Chosen(f"{by}:{found}")
