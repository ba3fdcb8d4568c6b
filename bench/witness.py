"""``python -m bench.witness FILE …``: the program as it is, and beside it the count of its syncs in a file."""

import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path

_COUNT = struct.Struct("<Q")


def read_count(file: str | None) -> int:
    """How many syncs there have been; 0 where nobody counts."""
    if file is None:
        return 0
    count: int = _COUNT.unpack(Path(file).read_bytes())[0]
    return count


def observe(file: str) -> None:
    """From now on count in that file every commit of SQLite's that took a sync."""
    from bot.storage.sqlite import SqliteSession  # noqa: PLC0415 - the server's process reads counts without it

    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(handle, _COUNT.pack(0), 0)
    commit: Callable[[SqliteSession], bool] = SqliteSession.commit
    count = 0

    def counted(session: SqliteSession) -> bool:
        nonlocal count
        synced = commit(session)
        count += synced
        os.pwrite(handle, _COUNT.pack(count), 0)
        return synced

    SqliteSession.commit = counted  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    observe(sys.argv.pop(1))
    from bot.cli import main

    main()
