"""Values of attributes as Saleor keeps them: chosen ones are shared, the others belong to one product or variant."""

from __future__ import annotations

import re

from plugin.sandbox.catalogue_facts import Attribute, AttributeValue
from plugin.sandbox.ids import global_id, kind_and_key

CHOSEN = frozenset({"DROPDOWN", "MULTISELECT", "SWATCH"})
YES, NO = "Yes", "No"


def attribute_value(attribute: Attribute, name: str, owner_id: str) -> AttributeValue:
    """The value written as `name` ("64 GB", "1.5", "Yes") of a product or variant.

    The slug of a number or a text is made of the owner's and the attribute's numbers, so it is another one for every
    owner; its name is the number itself. A boolean is called "Wireless: Yes". Seen on 3.23.
    """
    if attribute.input_type in CHOSEN:
        short = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        colour = attribute.swatches.get(name, "")
        return AttributeValue(_id(attribute, short), name, short, attribute.input_type, colour)
    number = kind_and_key(attribute.id)[1]
    if attribute.input_type == "BOOLEAN":
        is_so = name == YES
        slug = f"{number}_{str(is_so).lower()}"
        said = f"{attribute.name}: {YES if is_so else NO}"
        return AttributeValue(_id(attribute, slug), said, slug, "BOOLEAN", boolean=is_so)
    kind, key = kind_and_key(owner_id)
    slug = f"{kind.lower()}-{key}_{number}"
    text = name if attribute.input_type == "PLAIN_TEXT" else None
    return AttributeValue(_id(attribute, slug), name, slug, attribute.input_type, plain_text=text)


def _id(attribute: Attribute, slug: str) -> str:
    return global_id("AttributeValue", f"{attribute.slug}-{slug}")
