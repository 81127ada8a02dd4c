"""The app is removed from a shop: its data waits for a grace period, then goes for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from plugin.shop import Tandem
from plugin.store.database import up_to_date
from plugin.store.installations import Installation


def forget_shop(tandem: Tandem, installation: Installation, now: datetime) -> None:
    """Stop at once; remove the data after the grace period, or now if there is none."""
    with tandem.register() as register:
        register.remove(installation.api_url, now.astimezone(UTC).isoformat())
    tandem.changed()
    forget_due(tandem, now)


def forget_due(tandem: Tandem, now: datetime) -> list[str]:
    """Remove the data of every shop whose grace period is over. Their API URLs."""
    grace = timedelta(days=tandem.config.forget_after_days)
    with tandem.register() as register:
        due = [
            found
            for found in register.every()
            if found.deleted_at and datetime.fromisoformat(found.deleted_at) + grace <= now
        ]
        for found in due:
            register.forget(found.api_url)
            _remove_file(tandem, found)
    return [found.api_url for found in due]


def _remove_file(tandem: Tandem, installation: Installation) -> None:
    path = tandem.file_of(installation)
    tandem.files.close()
    up_to_date.discard(path)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
