"""What belongs to a product: attributes and a picture; and the shelves it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.attribute_values import attribute_value
from plugin.sandbox.catalogue_facts import Category
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.pages import Connection, listing, page
from plugin.sandbox.seen import Seen

DEFAULT_THUMBNAIL = 4096


def _attributes(source: Seen, info: Info, **_: Any) -> list[dict[str, Any]]:
    known = asking(info).state.attributes
    return [
        {
            "attribute": known[slug],
            "values": [attribute_value(known[slug], name, source.fact.id) for name in names],
        }
        for slug, names in source.fact.attributes
    ]


def _thumbnail(
    source: Seen,
    info: Info,
    size: int | None = None,
    format: str = "ORIGINAL",  # noqa: A002  # Saleor's name
) -> dict[str, str]:
    _, key = kind_and_key(source.fact.id)
    ending = "" if format == "ORIGINAL" else f"{format.lower()}/"
    url = f"{asking(info).kernel.origin}/thumbnail/{key}/{size or DEFAULT_THUMBNAIL}/{ending}"
    return {"url": url, "alt": source.fact.name}


def _categories(_root: Any, info: Info, **asked: Any) -> Connection:
    """Flat, whatever the level."""
    level = asked.get("level")
    found = [it for it in _named(asking(info).state.categories, asked) if level in (None, it.level)]
    return page(info, listing(found, lambda it: it.name), asked)


def _collections(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Connection:
    state = asking(info).state
    place = state.channel(channel) if channel else None
    found = listing(_named(state.collections, asked), lambda it: it.name)
    return page(info, found, asked, wrap=lambda it: Seen(it, place))


def _named(facts: Mapping[str, Any], asked: dict[str, Any]) -> list[Any]:
    wanted = asked.get("filter") or {}
    return [
        it
        for it in facts.values()
        if (wanted.get("ids") is None or it.id in wanted["ids"])
        and (wanted.get("slugs") is None or it.slug in wanted["slugs"])
        and (wanted.get("search") or "").lower() in it.name.lower()
    ]


def _category(_root: Any, info: Info, **asked: Any) -> Any:
    gid, slug = asked.get("id"), asked.get("slug")
    rows = asking(info).state.categories.values()
    return next((it for it in rows if it.id == gid or (slug and it.slug == slug)), None)


def _parent(source: Category, info: Info) -> Category | None:
    return asking(info).state.categories.get(source.parent_id or "")


def _ancestors(source: Category, info: Info, **asked: Any) -> Connection:
    """The top one first."""
    above: list[Category] = []
    while parent := _parent(above[-1] if above else source, info):
        above.append(parent)
    return page(info, listing(above, lambda it: f"{len(above) - above.index(it):03}"), asked)


def _children(source: Category, info: Info, **asked: Any) -> Connection:
    rows = asking(info).state.categories.values()
    return page(info, listing([it for it in rows if it.parent_id == source.id], lambda it: it.name), asked)


RESOLVERS: Resolvers = {
    "Query": {"categories": _categories, "category": _category, "collections": _collections},
    "Product": {"attributes": _attributes, "thumbnail": _thumbnail},
    "ProductVariant": {"attributes": _attributes},
    "Category": {"parent": _parent, "ancestors": _ancestors, "children": _children},
}
