"""The store: one thread, one connection, and one commit for everything that waits together.

A work never sees a half-done other one: each runs behind a savepoint of the same transaction, so that an exception
takes back that work alone. Only after the commit is on the disk do the callers hear of it.
"""

import asyncio
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from bot.errors import StoreUnavailable
from bot.ports import Clock, Tx
from bot.storage.holding import Hold
from bot.storage.seal import Sealer
from bot.storage.session import Session
from bot.storage.sweeping import Sweeping
from bot.storage.transaction import Transaction

T = TypeVar("T")

BATCH = 32
"""How many works one commit carries at most: who is in it waits for all of it."""
ATTEMPTS = 12
"""How often a batch is tried while other writers are in the way: about ten seconds of SQLite's own waiting."""
LONGEST_PAUSE = 0.5


@dataclass(slots=True)
class Job:
    """A work that waits, and who waits for it."""

    work: Callable[[Transaction], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def resolve(self) -> None:
        """Tell the caller, in the caller's own loop."""
        if self.future.done():  # the caller was cancelled; the work stands
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):  # a future cannot carry it
            self.future.set_exception(RuntimeError("the work raised StopIteration"))
        else:
            self.future.set_exception(self.error)


Errand = tuple[Callable[[], Any], "Future[Any]"]


class SqlStore:
    """Everything that lasts, in SQLite or PostgreSQL. Made by ``open_store``; ``close`` ends it."""

    def __init__(self, session: Session, *, sealer: Sealer, clock: Clock, hold: Hold, gather: float) -> None:
        """Take the session over. ``gather``: seconds that a busy store waits for more works to commit together."""
        self.sealer = sealer
        self.commits = 0
        """How many commits took a sync."""
        self.works = 0
        """How many works were done."""
        self._session = session
        self._sweeping = Sweeping(session)
        self._clock = clock
        self._hold = hold
        self._gather_seconds = gather
        self._queue: SimpleQueue[Job | Errand | None] = SimpleQueue()
        self._closed = threading.Event()
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="storage", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in one transaction on the storage thread, together with others that wait (group commit).

        Returns what it returns, after the commit is on the disk. An exception leaves nothing behind and is raised
        here. ``work`` may run more than once and must not touch anything outside the transaction. Who is cancelled
        while waiting does not know whether it was done. Raises StoreUnavailable where the disk is full, another
        program keeps the store locked, or the server is gone: then nothing was done, or (only if the server went
        in the middle of the commit) it may have been; the same work may be handed in again.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._put(Job(cast("Callable[[Transaction], Any]", work), loop, future))
        return cast("T", await future)

    def hold(self) -> None:
        """Keep every other run away until ``close``, or the end of this process. Raises StoreHeld at once."""
        self._hold.take()
        done: Future[Any] = Future()
        try:
            self._put((self._session.hold, done))
            done.result()
        except Exception:
            self._hold.release()
            raise

    def close(self) -> None:
        """Finish what was handed in, end the connection, and let go. A second time: nothing."""
        with self._door:
            if not self._closed.is_set():
                self._closed.set()
                self._queue.put(None)
        self._thread.join()
        self._hold.release()

    def _put(self, item: "Job | Errand") -> None:
        with self._door:  # nothing comes after the end: it would wait for ever
            if self._closed.is_set():
                raise StoreUnavailable("The store is closed.")
            self._queue.put(item)

    def _serve(self) -> None:
        crowd = 0
        while True:
            batch, errand, ends = self._wait(patient=crowd > 1)
            crowd = len(batch)
            if batch:
                self._settle(batch)
            else:
                self._sweeping.work()
            if errand:
                _run_errand(*errand)
            if ends:
                self._sweeping.finish()
                self._session.close()
                return

    def _wait(self, *, patient: bool) -> tuple[list[Job], Errand | None, bool]:
        """What waits: works for one commit, then perhaps an errand, then perhaps the end."""
        batch: list[Job] = []
        try:
            item = self._queue.get(timeout=self._sweeping.wait())
            if patient and self._gather_seconds and self._queue.qsize() < BATCH:
                self._closed.wait(self._gather_seconds)
            while isinstance(item, Job):
                batch.append(item)
                if len(batch) == BATCH:
                    return batch, None, False
                item = self._queue.get_nowait()
        except Empty:
            return batch, None, False
        return batch, item, item is None

    def _settle(self, batch: list[Job]) -> None:
        batch = [job for job in batch if not job.future.cancelled()]
        try:
            self._commit(batch)
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to those who wait
            for job in batch:
                job.error = error
        self._sweeping.work()
        crowds: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        for job in batch:
            crowds.setdefault(job.loop, []).append(job)
        for loop, crowd in crowds.items():
            with suppress(RuntimeError):  # the loop has ended, and with it those who waited
                loop.call_soon_threadsafe(_resolve, crowd)

    def _commit(self, batch: list[Job]) -> None:
        """Do the batch, anew as long as other writers are in the way."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._session.begin()
                self._do(batch)
                self.commits += self._session.commit()
            except Exception as error:
                self._session.roll_back()
                contended = self._session.contended(error)
                if contended and attempt < ATTEMPTS and not self._closed.is_set():
                    pause = min(0.005 * 2**attempt, LONGEST_PAUSE)
                    self._closed.wait(random.uniform(0, pause))  # noqa: S311  # two writers must not stay in step
                    continue
                if contended or self._session.faulty(error):
                    raise StoreUnavailable from error
                raise
            self.works += len(batch)
            return

    def _do(self, batch: list[Job]) -> None:
        tx = Transaction(self._session, self.sealer, self._clock)
        for job in batch:
            job.error = None
            self._session.tell("SAVEPOINT work")
            try:
                job.result = job.work(tx)
            except Exception as error:
                if self._session.contended(error) or self._session.faulty(error) or not self._session.alive():
                    raise
                job.error = error
                self._session.tell("ROLLBACK TO SAVEPOINT work")
                tx = Transaction(self._session, self.sealer, self._clock)  # what it has read may not be so any more
            self._session.tell("RELEASE SAVEPOINT work")


def _resolve(crowd: list[Job]) -> None:
    for job in crowd:
        job.resolve()


def _run_errand(errand: Callable[[], Any], done: "Future[Any]") -> None:
    try:
        done.set_result(errand())
    except Exception as error:  # noqa: BLE001  # it belongs to who sent the errand
        done.set_exception(error)
