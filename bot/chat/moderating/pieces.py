"""Rests of posts: an app cuts a long paste, and what follows the first piece waits as a draft of its own.

Until somebody says what the rest is, neither it nor the post before it can be submitted: nothing goes out in halves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.moderating.desk import Desk
from bot.model.message import Span
from bot.model.people import Address
from bot.model.post import Post, PostState, Wording
from bot.model.speech import Ask
from bot.ports import Tx

NOTE = "pieces"
LONG = 3500
"""UTF-16 units from which on a text may have been cut by the app."""
MOST = 4096
"""UTF-16 units of the longest message that an app sends: one that is full was cut in the middle of a word."""
WINDOW_SECONDS = 60
"""So long after a long text a plain one may be its rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What may be the rest of a post's text."""

    post: int
    """The post with the first piece."""
    draft: int
    """The draft that keeps the rest."""
    language: str
    """The language tag of the text that was cut."""
    torn: bool
    """Whether it was cut in the middle of a word, as far as its length tells."""

    def __str__(self) -> str:
        return f"{self.post}:{self.draft}:{self.language}:{int(self.torn)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seam:
    """A long text that came a moment ago: the next plain words of the same person may be its rest."""

    post: int
    language: str
    until: int
    """POSIX seconds."""
    torn: bool
    first: bool
    """Whether no rest of it has come yet."""


def measure(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def is_full(ask: Ask) -> bool:
    """Whether the message was as long as messages can be: then the app cut it wherever it was full."""
    return measure(ask.text) + int(ask.addressed) >= MOST


def mark(desk: Desk, post: int, language: str, words: str) -> None:
    """A text was set just now: if it is long, the next plain words may be its rest."""
    seam = None
    if measure(words) >= LONG:
        until = int(desk.turn.now.timestamp()) + WINDOW_SECONDS
        seam = Seam(post=post, language=language, until=until, torn=is_full(desk.turn.ask), first=True)
    keep_seam(desk.tx, desk.moderator.number, desk.turn.ask.address, seam)


def find_rest(tx: Tx, number: int) -> Rest | None:
    """What waits for an answer about that post: about its rest, or whether it is one."""
    return next((rest for rest in _read(tx) if number in {rest.post, rest.draft}), None)


def keep_rest(tx: Tx, rest: Rest) -> None:
    """From now on it waits for an answer."""
    _write(tx, [*(one for one in _read(tx) if one.post != rest.post), rest])


def drop_rest(tx: Tx, rest: Rest) -> None:
    """It was answered."""
    _write(tx, [one for one in _read(tx) if one != rest])


def rename_language(tx: Tx, post: int, language: str) -> None:
    """The text that was cut turned out to be in that language."""
    for rest in list(_read(tx)):
        if rest.post == post:
            keep_rest(tx, Rest(post=post, draft=rest.draft, language=language, torn=rest.torn))


def keep_seam(tx: Tx, moderator: int, where: Address, seam: Seam | None) -> None:
    """Remember a long text of that person there; None: what they say next is no rest."""
    told = f"{seam.post} {seam.language} {seam.until} {int(seam.torn)} {int(seam.first)}" if seam else None
    if told or tx.notes.get(_name(moderator, where)):
        tx.notes.put(_name(moderator, where), told)


def find_seam(tx: Tx, moderator: int, where: Address, now: float) -> Seam | None:
    """The long text that plain words of that person there may be the rest of."""
    told = (tx.notes.get(_name(moderator, where)) or "").split()
    if len(told) != 5:
        return None
    post, language, until, torn, first = told
    if int(until) <= now:
        keep_seam(tx, moderator, where, None)
        return None
    return Seam(post=int(post), language=language, until=int(until), torn=torn == "1", first=first == "1")


def join(first: Wording, second: Wording, *, torn: bool) -> Wording:
    """Both pieces. Where the app cut at a blank, which is lost by sending, a blank or a line break stands again."""
    before, after = (first[-1].text if first else ""), (second[0].text if second else "")
    if torn or not before or not after:
        return (*first, *second)
    gap = "\n" if before[-1] in ".!?…。！？”」』" else "" if _is_chinese(before[-1]) or _is_chinese(after[0]) else " "
    return (*first, Span(text=gap), *second)


def _is_chinese(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"


def _name(moderator: int, where: Address) -> str:
    return f"seam {moderator} {where.platform}"


def _read(tx: Tx) -> Iterator[Rest]:
    for entry in (tx.notes.get(NOTE) or "").split():
        post, draft, language, torn = entry.split(":")
        kept = tx.posts.find(int(draft))
        if kept is not None and _is_open(kept):
            yield Rest(post=int(post), draft=int(draft), language=language, torn=torn == "1")


def _is_open(draft: Post) -> bool:
    return draft.state is PostState.DRAFT


def _write(tx: Tx, rests: list[Rest]) -> None:
    tx.notes.put(NOTE, " ".join(map(str, rests)) or None)
