"""SQLite files kept open between two pieces of work: opening and closing one costs more than most work in between."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from plugin.errors import TryAgain
from plugin.store.database import open_file

MOST_WAITING = 16
"""A connection for every thread of a process; with thousands of shops the one that waited longest is closed."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A connection, and which file it was when we opened it: a shop that comes back has another one of the same name."""

    path: Path
    identity: tuple[int, int]
    db: Database


class OpenFiles:
    """Connections waiting for their next piece of work. Any thread may take one; no two have the same."""

    def __init__(self) -> None:
        self._waiting: list[OpenFile] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close, self._waiting)

    @contextmanager
    def opened(self, path: Path) -> Iterator[Database]:
        """The file for one piece of work. Whatever SQLite says in it is our own trouble: TryAgain."""
        file = self._taken(path) or _opened(path)
        try:
            yield file.db
        except sqlite3.Error as error:
            file.db.close()
            raise TryAgain(f"{path.name}: {error}") from error
        except BaseException:
            # a half-read statement kept alive by the error would go on showing an old state of the file
            file.db.close()
            raise
        self._put_back(file)

    def close(self) -> None:
        """Close all that wait; the next piece of work opens anew."""
        with self._lock:
            waiting = self._waiting[:]
            self._waiting.clear()
        _close(waiting)

    def _taken(self, path: Path) -> OpenFile | None:
        with self._lock:
            mine = [file for file in self._waiting if file.path == path][-1:]
            for file in mine:
                self._waiting.remove(file)
        for file in mine:
            if _identity(path) == file.identity:
                return file
            file.db.close()
        return None

    def _put_back(self, file: OpenFile) -> None:
        with self._lock:
            self._waiting.append(file)
            tired = self._waiting[:-MOST_WAITING]
            del self._waiting[:-MOST_WAITING]
        _close(tired)


def _opened(path: Path) -> OpenFile:
    db = open_file(path)
    return OpenFile(path, _identity(path), db)


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def _close(files: list[OpenFile]) -> None:
    for file in files:
        file.db.close()
