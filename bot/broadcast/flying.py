"""One flight: the request, or the few, that a claimed parcel or a letter takes, and the outcome that follows."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot.broadcast.pacing import Gate
from bot.broadcast.retry import ATTEMPTS, BACKOFF_SECONDS, Try, quiet_until, settle, settle_recall
from bot.broadcast.rounds import Flight, Mail, Outcome
from bot.errors import StoreUnavailable
from bot.model.delivery import Gone, Later, Moved, Refused, Sent, Unsure, Verdict
from bot.model.message import Message
from bot.model.parcel import ParcelState
from bot.model.people import Address, Chat, ChatKind
from bot.model.post import Post
from bot.ports import Clock, Store, Tx
from bot.ports_announcing import Carrier, Silence
from bot.ports_moderating import Letter

CLOSE_SECONDS = 0.001
"""Moments nearer than that are the same."""
REMEMBERED = 256
"""Rendered posts that are kept at hand."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How things are said: handed in by whoever knows the words."""

    render: Callable[[Chat, Post], tuple[Message, ...]]
    """A post for a chat, in its language, split where it is too long.

    Depends on the chat's platform, kind, language and discretion alone: chats that are alike in these share it.
    """
    note: Callable[[Chat, Post], Message]
    """What stands in the place of a post that could not be deleted any more."""
    letter: Callable[[Tx, Letter], tuple[Message, ...]]
    """What a moderator is told; empty where it is not worth telling any more."""
    zone: str
    """The time zone of chats that chose none."""


class Pilot:
    """Carries things over one network. Whatever happens on the way becomes an outcome."""

    def __init__(self, carrier: Carrier, gate: Gate, manner: Manner, clock: Clock) -> None:
        self.gate = gate
        self.zone = manner.zone
        self._carrier = carrier
        self._manner = manner
        self._clock = clock
        self._rendered: dict[tuple[Any, ...], tuple[Message, ...]] = {}
        self._busy: set[str] = set()

    @property
    def name(self) -> str:
        """The network's."""
        return self._carrier.name

    @property
    def most(self) -> float:
        """Messages a second that the network bears."""
        return self._carrier.pace.overall_per_second

    async def carry(self, flight: Flight) -> tuple[Outcome, float | None]:
        """Send the next part of a parcel, or take it back; and until when the network now holds everyone, if it does.

        A chat that may not be spoken to yet, or that something is under way to, is left for later unasked.
        """
        chat, native = flight.parcel.chat, flight.parcel.chat.address.native
        now = self._now()
        until = now + 1 if native in self._busy else self.gate.until(chat.address, chat.kind, now)
        if until is not None:
            return self._settle(flight, Later(until - now)), None
        self._busy.add(native)
        try:
            if flight.parcel.state is ParcelState.RECALL:
                return await self._take_back(flight)
            return await self._send(flight)
        finally:
            self._busy.discard(native)

    async def carry_letter(self, letter: Letter, store: Store) -> tuple[Mail, float | None]:
        """Tell a moderator what they are to know."""
        if until := self.gate.windows.until(letter.address.native, self._now()):
            return Mail(letter=letter.number, due=math.ceil(until), attempts=letter.attempts), None
        verdict: Verdict = Sent()
        references: list[str] = []
        for rank, part in enumerate(await self._write(letter, store)):
            once = f"letter-{letter.number}-{letter.expires}-{rank}"
            tell = partial(self._carrier.deliver, letter.address, part, once=once)
            verdict = await self._ask(letter.address, ChatKind.PRIVATE, tell)
            if not isinstance(verdict, Sent):
                break
            references += filter(None, (verdict.reference,))
        _, everyone = self._limit(letter.address, verdict)
        attempts = letter.attempts + isinstance(verdict, Unsure)
        if isinstance(verdict, Later):
            due = self._now() + verdict.after
        elif isinstance(verdict, Unsure) and attempts < ATTEMPTS:
            due = self._now() + BACKOFF_SECONDS * attempts
        else:
            shows = None if letter.post is None else f"hold {letter.post}"  # no panel, but its sign holds
            said = Mail(letter=letter.number, chat=letter.chat, shows=shows, references=tuple(references))
            return said, everyone
        return Mail(letter=letter.number, due=math.ceil(due), attempts=attempts), everyone

    async def _write(self, letter: Letter, store: Store) -> tuple[Message, ...]:
        try:
            return await store.do(lambda tx: self._manner.letter(tx, letter))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one letter that cannot be written must not stop the others
            _log.error("letter_failed", error=type(error).__name__, exc_info=error)
            return ()

    async def _send(self, flight: Flight) -> tuple[Outcome, float | None]:
        chat, rank = flight.parcel.chat, len(flight.parcel.references)
        parts = self._render(chat, flight.post)
        if rank >= len(parts):
            return self._settle(flight, Refused("nothing to say")), None
        quiet = quiet_until(chat, self._clock.now(), self.zone) is not None
        send = partial(self._carrier.deliver, replace(chat.address, topic=chat.topic), parts[rank])
        send = partial(send, once=_name(flight), silent=quiet or not chat.sound)
        verdict = await self._ask(chat.address, chat.kind, send)
        held, everyone = self._limit(chat.address, verdict)
        moved = (chat.address, verdict.to) if isinstance(verdict, Moved) else None
        return replace(self._settle(flight, verdict, parts=len(parts)), held=held, moved=moved), everyone

    async def _take_back(self, flight: Flight) -> tuple[Outcome, float | None]:
        tries: list[Try] = []
        for reference in flight.parcel.references:
            tries.append(await self._take_one_back(flight, reference))
            if isinstance(tries[-1].last, Later):
                break
        settlement = settle_recall(flight.parcel, tries, self._now())
        held, everyone = self._limit(flight.parcel.chat.address, tries[-1].last if tries else Sent())
        return Outcome(delivery=flight.delivery.number, settlement=settlement, held=held), everyone

    async def _take_one_back(self, flight: Flight, reference: str) -> Try:
        chat = flight.parcel.chat
        if not reference:
            return Try(reference, Gone())
        delete = partial(self._carrier.withdraw, chat.address, reference, once=f"back-{reference}")
        withdrawn = await self._ask(chat.address, chat.kind, delete)
        if not isinstance(withdrawn, Refused):
            return Try(reference, withdrawn)
        note = self._note(chat, flight.post)
        if note is None:
            return Try(reference, withdrawn, Gone())
        edit = partial(self._carrier.amend, chat.address, reference, note, once=f"note-{reference}")
        return Try(reference, withdrawn, await self._ask(chat.address, chat.kind, edit))

    async def _ask(self, address: Address, kind: ChatKind, request: Callable[[], Awaitable[Verdict]]) -> Verdict:
        """The network's verdict. A platform that raises is at fault, and what it was to send may have arrived.

        Asked one by one, since silence may have been asked for while an earlier request of the flight was under way.
        """
        now = self._now()
        if until := self.gate.windows.until(address.native, now):
            return Later(until - now)
        self.gate.pacer.spend(address, kind, now)
        try:
            verdict = await request()
        except Exception as error:  # noqa: BLE001 - a platform's fault must not stop the others
            _log.error("delivery_failed", platform=self.name, error=type(error).__name__, exc_info=error)
            verdict = Unsure()
        self.gate.outage.note(self._now(), uncertain=isinstance(verdict, Unsure))
        return verdict

    def _render(self, chat: Chat, post: Post) -> tuple[Message, ...]:
        key = post.number, chat.address.platform, chat.kind, chat.language, chat.discreet
        if key not in self._rendered:
            if len(self._rendered) >= REMEMBERED:
                self._rendered.clear()
            try:
                self._rendered[key] = self._manner.render(chat, post)
            except Exception as error:  # noqa: BLE001 - one chat that cannot be written to must not stop the others
                _log.error("render_failed", error=type(error).__name__, exc_info=error)
                return ()
        return self._rendered[key]

    def _note(self, chat: Chat, post: Post) -> Message | None:
        try:
            return self._manner.note(chat, post)
        except Exception as error:  # noqa: BLE001 - one chat that cannot be written to must not stop the others
            _log.error("render_failed", error=type(error).__name__, exc_info=error)
            return None

    def _settle(self, flight: Flight, verdict: Verdict, parts: int = 1) -> Outcome:
        now = self._now()
        if flight.parcel.state is ParcelState.RECALL:
            tries = [Try(reference, verdict) for reference in flight.parcel.references[:1]]
            settlement = settle_recall(flight.parcel, tries, now)
        else:
            settlement = settle(flight.parcel, verdict, parts=parts, now=now, between=self.gate.between)
        return Outcome(delivery=flight.delivery.number, settlement=settlement)

    def _limit(self, address: Address, verdict: Verdict) -> tuple[Silence | None, float | None]:
        """What the network asked for just now in this chat, and until when it holds everyone by that, if at all."""
        if not isinstance(verdict, Later):
            return None, None
        now, windows = self._now(), self.gate.windows
        silence = Silence(now, now + verdict.after)
        if (windows.until(address.native, now) or 0.0) >= silence.until - CLOSE_SECONDS:
            return None, None  # it is known
        if verdict.everyone:
            windows.hold_everyone(silence.until)
            return None, windows.everyone
        everyone = windows.limit(address.native, silence)
        return silence, windows.everyone if everyone else None

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _name(flight: Flight) -> str:
    """What names this very message, and no other of this store or of one before it."""
    delivery, parcel = flight.delivery, flight.parcel
    return f"{delivery.post}-{delivery.occurrence}-{delivery.started}-{parcel.number}-{len(parcel.references)}"
