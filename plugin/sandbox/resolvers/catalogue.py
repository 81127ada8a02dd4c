"""Products, variants, categories and collections: finding them and reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.catalogue_facts import Channel, Product, ProductVariant
from plugin.sandbox.pages import Connection, listing, moment_key, page
from plugin.sandbox.seen import Seen
from plugin.sandbox.selling import is_shown

SEES_ALL = frozenset(
    {"MANAGE_ORDERS", "MANAGE_CHECKOUTS", "MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD", "MANAGE_PRODUCTS"}
)
"""Any of these shows unpublished products too."""

SORTS: Mapping[str, Callable[[Any], str]] = {
    "NAME": lambda product: product.name,
    "TYPE": lambda product: product.product_type_id,
    "LAST_MODIFIED_AT": lambda product: moment_key(product.updated_at),
    "CREATED_AT": lambda product: moment_key(product.created),
}


def _sees_all(info: Info) -> bool:
    return bool(asking(info).who.permissions & SEES_ALL)


def _visible(info: Info, product: Product, channel: Channel | None, asked: bool) -> bool:
    """As Saleor's visible_to_user: staff see all, or all listed in the channel; shoppers what is published."""
    if _sees_all(info):
        return not asked or bool(channel and channel.id in product.listings)
    return is_shown(product, channel, asking(info).kernel.clock())


def _between(moment: Any, limits: dict[str, Any] | None) -> bool:
    if not limits:
        return True
    least, most = limits.get("gte"), limits.get("lte")
    return (least is None or moment >= least) and (most is None or moment <= most)


FILTERS: Mapping[str, Callable[[Product, Any], bool]] = {
    "ids": lambda product, ids: product.id in ids,
    "slugs": lambda product, slugs: product.slug in slugs,
    "categories": lambda product, ids: product.category_id in ids,
    "collections": lambda product, ids: bool(set(ids) & set(product.collection_ids)),
    "product_types": lambda product, ids: product.product_type_id in ids,
    "search": lambda product, words: words.lower() in product.name.lower(),
    "updated_at": lambda product, limits: _between(product.updated_at, limits),
}


def _matches(product: Product, wanted: dict[str, Any], channel: Channel | None) -> bool:
    listed = product.listings.get(channel.id) if channel else None
    published = wanted.get("is_published")
    return (published is None or published == bool(listed and listed.is_published)) and all(
        FILTERS[name](product, value)
        for name, value in wanted.items()
        if value is not None and name in FILTERS
    )


def _products(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Connection:
    state = asking(info).state
    place = state.channel(channel) if channel else None
    wanted = asked.get("filter") or {}
    order = asked.get("sort_by") or {"field": "NAME", "direction": "ASC"}
    found = [
        product
        for product in state.products.values()
        if _visible(info, product, place, bool(channel)) and _matches(product, wanted, place)
    ]
    return page(
        info,
        listing(found, SORTS[order.get("field") or "NAME"]),
        asked,
        order["direction"] == "DESC",
        lambda product: Seen(product, place),
    )


def _product(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Seen | None:
    state = asking(info).state
    place = state.channel(channel) if channel else None
    gid, slug = asked.get("id"), asked.get("slug")
    found = next((it for it in state.products.values() if it.id == gid or (slug and it.slug == slug)), None)
    if found is None or not (_sees_all(info) or is_shown(found, place, asking(info).kernel.clock())):
        return None
    return Seen(found, place)


def _shown_variants(
    info: Info, variants: Iterable[ProductVariant], channel: Channel | None, asked: bool
) -> list[ProductVariant]:
    products = asking(info).state.products
    every = _sees_all(info)
    return [
        it
        for it in variants
        if _visible(info, products[it.product_id], channel, asked)
        and (every or bool(channel and channel.id in it.listings))
    ]


def _variants(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Connection:
    """An empty list of ids is no filter: Saleor answers with every variant."""
    state = asking(info).state
    place = state.channel(channel) if channel else None
    ids = asked.get("ids")
    wanted = [it for it in map(state.variants.get, ids) if it] if ids else state.variants.values()
    skus = (asked.get("filter") or {}).get("sku")
    found = [it for it in _shown_variants(info, wanted, place, bool(channel)) if not skus or it.sku in skus]
    return page(info, listing(found, lambda it: it.sku or ""), asked, wrap=lambda it: Seen(it, place))


def _variant(_root: Any, info: Info, channel: str | None = None, **asked: Any) -> Seen | None:
    state = asking(info).state
    place = state.channel(channel) if channel else None
    gid, sku = asked.get("id"), asked.get("sku")
    found = [it for it in state.variants.values() if it.id == gid or (sku and it.sku == sku)]
    shown = _shown_variants(info, found, place, bool(channel))
    return Seen(shown[0], place) if shown else None


def _own_variants(source: Seen, info: Info) -> list[Seen]:
    state = asking(info).state
    own = [state.variants[it] for it in source.fact.variant_ids if it in state.variants]
    asked = source.channel is not None
    return [Seen(it, source.channel) for it in _shown_variants(info, own, source.channel, asked)]


def _category_products(source: Any, info: Info, **asked: Any) -> Connection:
    """With those of the categories below."""
    wanted = {**(asked.pop("filter", None) or {}), "categories": _with_below(source.id, info)}
    return _products(None, info, filter=wanted, **asked)


def _with_below(category_id: str, info: Info) -> list[str]:
    found = [category_id]
    for gid in found:
        found += [it.id for it in asking(info).state.categories.values() if it.parent_id == gid]
    return found


def _channel_slug(source: Seen, _info: Any) -> str | None:
    return source.channel.slug if source.channel else None


RESOLVERS: Resolvers = {
    "Query": {
        "products": _products,
        "product": _product,
        "productVariants": _variants,
        "productVariant": _variant,
    },
    "Product": {
        "productType": lambda source, info: asking(info).state.product_types[source.fact.product_type_id],
        "category": lambda source, info: asking(info).state.categories.get(source.fact.category_id),
        "collections": lambda source, info: [
            Seen(asking(info).state.collections[it], source.channel) for it in source.fact.collection_ids
        ],
        "variants": _own_variants,
        "defaultVariant": lambda source, info: next(iter(_own_variants(source, info)), None),
        "rating": lambda _source, _info: None,
        "channel": _channel_slug,
    },
    "ProductVariant": {
        "product": lambda source, info: Seen(
            asking(info).state.products[source.fact.product_id], source.channel
        ),
        "quantityLimitPerCustomer": lambda _source, _info: None,
        "channel": _channel_slug,
    },
    "Collection": {"channel": _channel_slug},
    "Category": {"products": _category_products},
}
