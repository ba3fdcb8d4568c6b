"""An event loop beside the tests, for people whose phones go on listening while a test thinks."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_LONGEST_SECONDS = 120.0


class Loop:
    """Runs from the start in a thread of its own, until ``end``."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="people", daemon=True)
        self._thread.start()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work there; block until it is done, and return or raise as it does."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST_SECONDS)

    def end(self) -> None:
        """Stop and close it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
