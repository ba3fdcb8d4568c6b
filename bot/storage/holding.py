"""Who runs on a store holds it: a second run learns so at once, and the end of a process lets go by itself."""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from bot.errors import StoreHeld

LOCK = "lock"


class Hold:
    """Locks on the folders that a store writes to."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(sorted({folder.resolve() for folder in folders}))
        self._handles: list[int] = []

    def take(self) -> None:
        """Lock all of them or none. Raises StoreHeld where another process, or another Hold here, has one."""
        if self._handles:
            return
        for folder in self._folders:
            handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._handles.append(handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.release()
                raise StoreHeld from None

    def release(self) -> None:
        """Let go."""
        while self._handles:
            os.close(self._handles.pop())
