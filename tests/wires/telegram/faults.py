"""Trouble on demand: each fault says which calls it strikes, how often, and what becomes of them."""

from dataclasses import dataclass
from enum import Enum
from random import Random


class Trouble(Enum):
    """What becomes of a call that a fault strikes."""

    ANSWER = "answer"
    """It gets the error of the fault (429, 5xx, any other)."""
    RESET = "reset"
    """Its connection is reset (RST)."""
    HANG = "hang"
    """It is never answered."""
    DELAY = "delay"
    """It is answered well, but late."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. ``after``: the call takes effect first, so that only its answer is lost.

    ``method`` and ``chat_id`` None strike every one; ``times`` None strikes until cleared; ``skip`` lets the first
    ones pass; ``share`` is the part of the calls that is struck, drawn by the server's seed. ``body`` replaces the
    JSON of an answer, word for word.
    """

    trouble: Trouble
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    skip: int = 0
    share: float = 1.0
    after: bool = False
    status: int = 502
    description: str = "Bad Gateway"
    retry_after: int | None = None
    body: str | None = None
    seconds: float = 0.0
    hits: int = 0

    def concerns(self, method: str, chat_id: int | None) -> bool:
        """Whether it may strike this call."""
        named = self.method is None or self.method.lower() == method.lower()
        return named and self.chat_id in {None, chat_id} and (self.times is None or self.hits < self.times)


class Faults:
    """The faults that are set, the oldest first; a call meets at most one."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault; its ``hits`` count on."""
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """All is well again."""
        self.active.clear()

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that this call meets, counted; None if it meets none."""
        for fault in self.active:
            if not fault.concerns(method, chat_id):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.share < 1.0 and self._random.random() >= fault.share:
                continue
            fault.hits += 1
            return fault
        return None

    def too_many(self, retry_after: int, *, chat_id: int | None = None, times: int | None = 1) -> Fault:
        """The next sends there meet 429."""
        return self.add(
            Fault(
                trouble=Trouble.ANSWER,
                method="sendMessage",
                chat_id=chat_id,
                times=times,
                status=429,
                description=f"Too Many Requests: retry after {retry_after}",
                retry_after=retry_after,
            )
        )

    def error(
        self,
        status: int = 502,
        description: str = "Bad Gateway",
        *,
        method: str | None = "sendMessage",
        chat_id: int | None = None,
        times: int | None = 1,
        after: bool = False,
        share: float = 1.0,
    ) -> Fault:
        """Calls are answered with that error, before or after they took effect."""
        return self.add(
            Fault(
                trouble=Trouble.ANSWER,
                method=method,
                chat_id=chat_id,
                times=times,
                status=status,
                description=description,
                after=after,
                share=share,
            )
        )

    def reset(
        self,
        *,
        method: str | None = "sendMessage",
        chat_id: int | None = None,
        times: int | None = 1,
        share: float = 1.0,
    ) -> Fault:
        """The connection breaks before anything happened."""
        return self.add(Fault(trouble=Trouble.RESET, method=method, chat_id=chat_id, times=times, share=share))

    def lose_reply(
        self,
        *,
        method: str | None = "sendMessage",
        chat_id: int | None = None,
        times: int | None = 1,
        share: float = 1.0,
    ) -> Fault:
        """The call takes effect, and then the connection breaks."""
        fault = Fault(trouble=Trouble.RESET, method=method, chat_id=chat_id, times=times, share=share, after=True)
        return self.add(fault)

    def hang(
        self,
        *,
        method: str | None = "sendMessage",
        chat_id: int | None = None,
        times: int | None = 1,
        after: bool = False,
    ) -> Fault:
        """No answer ever comes."""
        return self.add(Fault(trouble=Trouble.HANG, method=method, chat_id=chat_id, times=times, after=after))

    def delay(
        self,
        seconds: float,
        *,
        method: str | None = "sendMessage",
        chat_id: int | None = None,
        times: int | None = None,
    ) -> Fault:
        """Good answers, late ones."""
        return self.add(Fault(trouble=Trouble.DELAY, method=method, chat_id=chat_id, times=times, seconds=seconds))
