"""What follows from a verdict: pure arithmetic. Nothing here asks the hour, and nothing here sends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.delivery import Gone, Later, Moved, Refused, Sent, Unsure, Verdict
from bot.model.parcel import Parcel, ParcelState, Settlement
from bot.model.people import Chat

ATTEMPTS = 3
"""So many uncertain tries make a failed one: nobody gets more copies than that."""
BACKOFF_SECONDS = 20
"""After the first uncertain try; doubled with each."""
DOUBT_SECONDS = 20 * 3600
"""An uncertain try that is older is not repeated: homeservers forget after a day which messages they have had."""
WINDOW = 200
"""The outcomes that the breaker looks at."""
MOST_GONE = WINDOW * 5 // 100
"""More of them gone than this, and the delivery holds itself."""
FEW = 4
"""From so many outcomes on, more than half of them gone is too much in a small audience, too."""


def settle(parcel: Parcel, verdict: Verdict, *, parts: int, now: float, between: float) -> Settlement:
    """What a try to send the next part of a parcel came to.

    ``parts``: how many it has. ``between``: seconds that the chat wants between two messages.
    """
    attempts, since, references = parcel.attempts, parcel.since, parcel.references
    due = 0.0
    match verdict:
        case Sent(reference):
            references, attempts, since = (*references, reference or ""), 0, 0
            state = ParcelState.SENT if len(references) >= parts else ParcelState.TIMED
            due = now + between
        case Later(after):
            state = ParcelState.UNSURE if attempts else ParcelState.TIMED
            due, since = now + after, since if attempts else 0
        case Unsure():
            attempts, since = attempts + 1, since or int(now)
            state = ParcelState.FAILED if attempts >= ATTEMPTS else ParcelState.UNSURE
            due = now + BACKOFF_SECONDS * 2 ** (attempts - 1)
        case Gone():
            state = ParcelState.GONE
        case Moved():
            state, due = ParcelState.TIMED, now
        case Refused():
            state = ParcelState.FAILED
    closed = state in {ParcelState.SENT, ParcelState.FAILED, ParcelState.GONE}
    return Settlement(
        number=parcel.number,
        state=state,
        due=0 if closed else math.ceil(due),
        attempts=0 if closed else attempts,
        since=0 if closed else since,
        references=references,
    )


def hopeless(parcel: Parcel, now: float) -> bool:
    """Whether an uncertain parcel has been tried often enough, or too long ago, to be tried again."""
    return parcel.attempts >= ATTEMPTS or (parcel.attempts > 0 and now - parcel.since > DOUBT_SECONDS)


@dataclass(frozen=True, slots=True)
class Try:
    """One message that was to be taken back: what became of deleting it and, where that was refused, of a note."""

    reference: str
    withdrawn: Verdict
    noted: Verdict | None = None

    @property
    def last(self) -> Verdict:
        """The verdict that counts."""
        return self.withdrawn if self.noted is None else self.noted


def settle_recall(parcel: Parcel, tries: Sequence[Try], now: float) -> Settlement:
    """What a try to take a parcel back came to. Messages that it did not get to stay to be taken back."""
    worst, due = ParcelState.WITHDRAWN if tries else ParcelState.STUCK, None
    attempts, left = parcel.attempts, list(parcel.references)
    for one in tries:
        outcome, after = _taken_back(one), 0.0
        if isinstance(one.last, Later):
            after = one.last.after
        elif isinstance(one.last, Unsure):
            attempts += 1
            after = BACKOFF_SECONDS * 2 ** (attempts - 1)
            outcome = ParcelState.STUCK if attempts >= ATTEMPTS else outcome
        if outcome is ParcelState.RECALL:
            due = max(due or 0.0, now + after)
        else:
            left.remove(one.reference)
            worst = max(worst, outcome)
    if due is None:
        return Settlement(number=parcel.number, state=worst)
    return Settlement(
        number=parcel.number,
        state=ParcelState.RECALL,
        due=math.ceil(due),
        attempts=attempts,
        references=tuple(left),
    )


def _taken_back(one: Try) -> ParcelState:
    match one.last:
        case Later() | Unsure():
            return ParcelState.RECALL
        case Sent():
            return ParcelState.WITHDRAWN if one.noted is None else ParcelState.NOTED
        case Refused("gone"):
            return ParcelState.WITHDRAWN
        case Refused():
            return ParcelState.TOO_OLD
    return ParcelState.STUCK


def look_on(window: str, settlements: Sequence[Settlement]) -> str:
    """The window of outcomes after these."""
    closed = (ParcelState.SENT, ParcelState.FAILED, ParcelState.GONE)
    more = "".join(str(int(one.state is ParcelState.GONE)) for one in settlements if one.state in closed)
    return (window + more)[-WINDOW:]


def breaks(window: str) -> bool:
    """Whether more than 5 % of the last 200 outcomes are gone."""
    return window.count("1") > MOST_GONE


def breaks_at_end(window: str) -> bool:
    """Whether most of a small audience seems gone."""
    return len(window) >= FEW and window.count("1") * 2 > len(window)


def quiet_until(chat: Chat, now: datetime, zone: str) -> datetime | None:
    """The end of the chat's quiet hours, where it lies in them; ``zone`` is that of chats that chose none."""
    if chat.quiet is None:
        return None
    here = now.astimezone(ZoneInfo(chat.timezone or zone))
    begin, end = (tuple(map(int, part.split(":"))) for part in chat.quiet.split("-"))
    time = here.hour, here.minute
    inside = begin <= time < end if begin < end else time >= begin or time < end
    if not inside:
        return None
    until = here.replace(hour=end[0], minute=end[1], second=0, microsecond=0)
    if until <= here:
        until = (here + timedelta(days=1)).replace(hour=end[0], minute=end[1], second=0, microsecond=0)
    return max(until.astimezone(now.tzinfo), now + timedelta(minutes=1))
