"""The pure floor: facts in, suggestions out. No web, database, network, clock or dice."""

from plugin.suggestions import also_bought, bundle, free_delivery, popular, upgrade
from plugin.suggestions.model import Kind

KINDS: tuple[Kind, ...] = (bundle.KIND, upgrade.KIND, free_delivery.KIND, also_bought.KIND, popular.KIND)
