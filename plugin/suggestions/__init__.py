"""The pure floor: facts in, suggestions out. No web, database, network, clock or dice."""

from plugin.suggestions import also_bought
from plugin.suggestions.model import Kind

KINDS: tuple[Kind, ...] = (also_bought.KIND,)
