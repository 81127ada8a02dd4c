"""A bundle in words: its price rule, what is wrong with it, and what a change of it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from plugin.suggestions.bundles.model import AMOUNT, PERCENT, STACK, Bundle, Rule
from plugin.suggestions.catalogue import Channel
from plugin.suggestions.model import ChannelId
from plugin.suggestions.money import decimals, money

FIELDS = {
    "name": "Name", "members": "Products", "channels": "Channels", "starts": "Start", "ends": "End", "state": "State",
    "mostSets": "Sets per checkout", "vouchers": "Vouchers", "translations": "Names in other languages", "rule.kind": "Price",
    "rule.percent": "Percent off",
}  # fmt: skip
"""The labels of fields as problems name them."""


def priced(smallest: int, channel: Channel) -> str:
    """12.30 EUR for 1230."""
    return amount(smallest, channel.currency)


def amount(smallest: int, currency: str) -> str:
    """12.30 EUR for 1230."""
    return f"{money(smallest, currency)} {currency}"


def large(money_amount: Decimal, currency: str) -> str:
    """351,225.00 EUR: sums over many orders."""
    return f"{money_amount:,.{decimals(currency)}f} {currency}"


def parsed(text: str) -> datetime:
    """An ISO time as it is kept."""
    return datetime.fromisoformat(text)


def day(text: str, zone: ZoneInfo) -> str:
    """22 November 2026, 12:01 for an ISO time."""
    at = parsed(text).astimezone(zone)
    return f"{at.day} {at:%B %Y, %H:%M}"


def part(share: float) -> str:
    """62 % for 0.62; one decimal below ten."""
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %"


def times(lift: float) -> str:
    """5.2 times."""
    return f"{lift:,.0f} times" if lift >= 10 else f"{lift:.1f} times"


def fields(problems: Iterable[tuple[str, str]]) -> list[str]:
    """The fields that have problems, each once."""
    return list(dict.fromkeys(_field(field) for field, _message in problems))


def rule(made: Rule, channels: Sequence[Channel]) -> str:
    """How the price is made: "10 % off", "5.00 EUR off", "45.00 EUR for the set"; one amount per channel."""
    if made.kind == PERCENT:
        return f"{_plain(made.percent)} % off"
    amounts = dict.fromkeys(
        _amount(made.amounts[channel.id], channel) for channel in channels if channel.id in made.amounts
    )
    return f"{' / '.join(amounts)} {'off' if made.kind == AMOUNT else 'for the set'}"


def schedule(bundle: Bundle, status: str, zone: ZoneInfo) -> str:
    """Behind the price rule: when it begins or ends, where that lies ahead or made it end."""
    if status == "scheduled":
        return f", from {_moment(bundle.starts, zone)}"
    if bundle.ends:
        return f", {'ended' if status == 'ended' else 'until'} {_moment(bundle.ends, zone)}"
    return ""


def problem(field: str, message: str) -> str:
    """A problem as a sentence that begins with its field: "Product 2, quantity: must be …"."""
    return f"{_field(field)}: {message}"


def changes(
    before: Bundle | None,
    after: Bundle,
    names: Mapping[str, str],
    channels: Sequence[Channel],
    zone: ZoneInfo,
) -> list[str]:
    """What this version changed. `names`: of members, by id."""
    if before is None:
        return ["Created"]
    told = {
        "Name": (before.name, after.name),
        "Products": (_members(before, names), _members(after, names)),
        "Price": (rule(before.rule, channels), rule(after.rule, channels)),
        "Channels": (_channels(before, channels), _channels(after, channels)),
        "Start": (_moment(before.starts, zone), _moment(after.starts, zone)),
        "End": (_moment(before.ends, zone), _moment(after.ends, zone)),
        "Sets per checkout": (_most(before.most_sets), _most(after.most_sets)),
        "Vouchers": (_vouchers(before.vouchers), _vouchers(after.vouchers)),
        "Other names": (_names(before.translations), _names(after.translations)),
    }
    found = [f"{what}: {old} → {new}" for what, (old, new) in told.items() if old != new]
    return ([STATES[after.state]] if before.state != after.state else []) + found


STATES = {"draft": "Back to draft", "active": "Activated", "paused": "Paused"}


def _field(field: str) -> str:
    parts = field.split(".")
    if field.startswith("members.") and parts[1].isdigit():
        return f"Product {int(parts[1]) + 1}{', quantity' if field.endswith('.quantity') else ''}"
    if field.startswith("rule.amounts."):
        return f"Amount in {field.removeprefix('rule.amounts.')}"
    if field.startswith("translations."):
        return f"Name in {parts[1] or 'another language'}"
    return FIELDS.get(field, field)


def _amount(amount: Decimal, channel: Channel) -> str:
    return f"{amount:.{decimals(channel.currency)}f} {channel.currency}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _members(bundle: Bundle, names: Mapping[str, str]) -> str:
    return ", ".join(
        (f"{member.quantity} × " if member.quantity > 1 else "") + names.get(member.id, member.id)
        for member in bundle.members
    )


def _channels(bundle: Bundle, channels: Sequence[Channel]) -> str:
    names: dict[ChannelId, str] = {channel.id: channel.name or channel.slug for channel in channels}
    return ", ".join(names.get(channel, channel) for channel in bundle.channels)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else "open"


def _most(sets: int | None) -> str:
    return "any number" if sets is None else str(sets)


def _vouchers(policy: str) -> str:
    return "come on top" if policy == STACK else "withdraw the bundle price"


def _names(translations: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({language})" for language, name in sorted(translations.items())) or "none"
