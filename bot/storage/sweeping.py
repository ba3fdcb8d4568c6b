"""When the traces of what was deleted are taken out of the files: at once as a rule, but never all the time.

A sweep writes the whole file anew, and everyone waits meanwhile. So the next one comes only after a pause that is four
times as long, and while another program's reading keeps a sweep from its end, the tries grow rarer.
"""

import time
from collections.abc import Callable

from bot.storage.session import Session

SHARE = 0.2
"""The part of the time that sweeping may take."""
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
"""Seconds between tries; five are promised from a deletion to its last trace."""


class Sweeping:
    """Decides for one session. ``now`` counts seconds."""

    def __init__(self, session: Session, now: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._now = now
        self._failures = 0
        self._due = 0.0

    def wait(self) -> float | None:
        """Seconds until there is something to do; None as long as nothing is to be swept."""
        if not self._session.traces:
            return None
        return max(0.0, self._due - self._now())

    def work(self) -> None:
        """Sweep, if it is time."""
        if self.wait() == 0.0:
            self.finish()

    def finish(self) -> None:
        """Sweep what is to be swept, whenever the last time was."""
        if self.wait() is None:
            return
        began = self._now()
        self._failures = 0 if self._session.sweep() else self._failures + 1
        ended = self._now()
        rest = (ended - began) * (1 / SHARE - 1)
        again = FIRST_PAUSE * 2 ** (self._failures - 1) if self._failures else 0.0
        self._due = ended + min(LONGEST_PAUSE, max(rest, again))
