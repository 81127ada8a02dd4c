"""The form of a bundle: every field as it was typed, so that nothing is lost, and the JSON it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from plugin.errors import BadBundle
from plugin.suggestions.bundles.model import PERCENT, STACK
from plugin.web.dashboard.typed_text import in_utc, in_zone, whole, with_point

PRODUCT, VARIANT = "product", "variant"

AMOUNT_FIELD = "amount-"
"""Followed by the channel's slug."""

MOST_ROWS = 60
"""More rows than any bundle may have are not read."""


@dataclass(frozen=True, slots=True)
class TypedMember:
    """One row: `chosen` is "product:<id>" or "variant:<id>"."""

    chosen: str
    quantity: str

    @property
    def kind(self) -> str:
        """product or variant."""
        return self.chosen.partition(":")[0]

    @property
    def id(self) -> str:
        """Saleor's id."""
        return self.chosen.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form's fields as text. `number` and `version` are empty for a new bundle."""

    number: str = ""
    version: str = ""
    state: str = "draft"
    name: str = ""
    names: tuple[tuple[str, str], ...] = ()
    members: tuple[TypedMember, ...] = ()
    kind: str = PERCENT
    percent: str = ""
    amounts: Mapping[str, str] | None = None
    channels: tuple[str, ...] = ()
    starts: str = ""
    ends: str = ""
    most_sets: str = ""
    vouchers: str = STACK

    def draft(self, zone: ZoneInfo) -> dict[str, Any]:
        """The bundle's JSON. What is no number stays text, and is refused by name. Times are of the staff's zone.

        Raises:
            BadBundle: a language twice, which JSON cannot say.
        """
        rule: dict[str, Any] = {"kind": self.kind}
        if self.kind == PERCENT:
            rule["percent"] = with_point(self.percent)
        else:
            typed = self.amounts or {}
            rule["amounts"] = {slug: with_point(typed.get(slug, "")) for slug in self.channels}
        draft: dict[str, Any] = {
            "state": self.state,
            "name": self.name,
            "translations": self._translations(),
            "members": [{row.kind: row.id, "quantity": whole(row.quantity)} for row in self.members],
            "rule": rule,
            "channels": list(self.channels),
            "starts": in_utc(self.starts, zone),
            "ends": in_utc(self.ends, zone),
            "mostSets": whole(self.most_sets) if self.most_sets.strip() else None,
            "vouchers": self.vouchers,
        }
        return {**draft, "id": self.number, "version": whole(self.version)} if self.number else draft

    def _translations(self) -> dict[str, str]:
        rows = [(language.strip(), name) for language, name in self.names if language.strip() or name.strip()]
        languages = [language.lower() for language, _name in rows]
        twice = {language for language in languages if languages.count(language) > 1}
        if twice:
            raise BadBundle([(f"translations.{language}", "is there twice") for language in sorted(twice)])
        return dict(rows)


def typed_in(form: MultiDict[str, str]) -> Typed:
    """What the browser sent."""
    return Typed(
        number=form.get("id", ""),
        version=form.get("version", ""),
        state=form.get("state", "draft"),
        name=form.get("name", ""),
        names=tuple(_pairs(form, "language", "translation")),
        members=tuple(TypedMember(*row) for row in _pairs(form, "member", "quantity")),
        kind=form.get("kind", PERCENT),
        percent=form.get("percent", ""),
        amounts={name.removeprefix(AMOUNT_FIELD): text for name, text in form.items() if name.startswith(AMOUNT_FIELD)},
        channels=tuple(form.getlist("channel")),
        starts=form.get("starts", ""),
        ends=form.get("ends", ""),
        most_sets=form.get("mostSets", ""),
        vouchers=form.get("vouchers", STACK),
    )  # fmt: skip


def typed_from(bundle: Mapping[str, Any], zone: ZoneInfo) -> Typed:
    """The JSON of a kept bundle as the form shows it."""
    rule = bundle["rule"]
    return Typed(
        number=bundle["id"],
        version=str(bundle["version"]),
        state=bundle["state"],
        name=bundle["name"],
        names=tuple(bundle["translations"].items()),
        members=tuple(
            TypedMember(
                f"{PRODUCT}:{node[PRODUCT]}" if PRODUCT in node else f"{VARIANT}:{node[VARIANT]}",
                str(node["quantity"]),
            )
            for node in bundle["members"]
        ),
        kind=rule["kind"],
        percent=rule.get("percent", ""),
        amounts=rule.get("amounts", {}),
        channels=tuple(bundle["channels"]),
        starts=in_zone(bundle["starts"], zone),
        ends=in_zone(bundle["ends"], zone),
        most_sets=str(bundle["mostSets"] or ""),
        vouchers=bundle["vouchers"],
    )


def with_product(typed: Typed, product: str) -> tuple[TypedMember, ...]:
    """The members and one more product; what is there already, in any variant, gets one piece more."""
    added = f"{PRODUCT}:{product}"
    if all(row.chosen != added for row in typed.members):
        return (*typed.members, TypedMember(added, "1"))
    return tuple(
        TypedMember(row.chosen, _one_more(row.quantity)) if row.chosen == added else row
        for row in typed.members
    )


def _one_more(quantity: str) -> str:
    return str(int(quantity) + 1) if quantity.isascii() and quantity.isdigit() else quantity


def _pairs(form: MultiDict[str, str], first: str, second: str) -> Sequence[tuple[str, str]]:
    return list(zip(form.getlist(first)[:MOST_ROWS], form.getlist(second)[:MOST_ROWS], strict=False))
