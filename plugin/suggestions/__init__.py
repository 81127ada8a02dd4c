"""The pure floor: facts in, suggestions out. No web, database, network, clock or dice."""

from plugin.suggestions import also_bought, bundle
from plugin.suggestions.model import Kind

KINDS: tuple[Kind, ...] = (bundle.KIND, also_bought.KIND)
