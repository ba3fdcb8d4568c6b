"""The same server in a thread of its own, for tests without a loop."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from tests.wires.telegram.server import BotApiServer


class ThreadedBotApiServer(BotApiServer):
    """``with ThreadedBotApiServer(token=...) as server``: serves beside the test; its people act from any thread."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bot-api", daemon=True)
        self._thread.start()
        self._run(self.listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self.hush())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def goes_down(self) -> None:
        """Refuse connections, as when Telegram is down."""
        self._run(self.hush())

    def comes_back(self) -> None:
        """Serve again at the same port."""
        self._run(self.listen())
