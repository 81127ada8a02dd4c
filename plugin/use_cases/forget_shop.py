"""The app is removed from a shop: its data waits for a grace period, then goes for good."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from plugin.errors import TryAgain
from plugin.shop import Tandem
from plugin.store import rebuilt_counts
from plugin.store.database import up_to_date
from plugin.store.installations import Installation

log = logging.getLogger(__name__)


def forget_shop(tandem: Tandem, installation: Installation, now: datetime) -> None:
    """Stop at once; remove the data after the grace period, or now if there is none."""
    with tandem.register() as register:
        register.remove(installation.api_url, now.astimezone(UTC).isoformat())
    tandem.changed()
    forget_due(tandem, now)


def forget_due(tandem: Tandem, now: datetime) -> list[str]:
    """Remove the data of every shop whose grace period is over. The API URLs of those that are gone."""
    grace = timedelta(days=tandem.config.forget_after_days)
    gone = []
    with tandem.register() as register:
        for found in register.removed():
            if datetime.fromisoformat(found.deleted_at or "") + grace > now:
                continue
            try:
                with register.forgetting(found) as forgotten:
                    if forgotten:
                        _remove_file(tandem, found)
                gone += [found.api_url] if forgotten else []
            except (TryAgain, OSError) as error:  # the others must not wait for it; the next look tries again
                log.warning("%s could not be forgotten: %s", found.api_url, error)
    return gone


def _remove_file(tandem: Tandem, installation: Installation) -> None:
    path = tandem.file_of(installation)
    tandem.files.close()
    up_to_date.discard(path)
    # the main file last: killed in between, a log without its file would be taken for that of a successor's file
    for suffix in ("-wal", "-shm", rebuilt_counts.LOCK, ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
