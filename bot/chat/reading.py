"""Paging through the statement. The place is kept as a passage, so that a change of language keeps it."""

from collections.abc import Iterator

from bot.catalogue.paging import Page
from bot.chat.grammar import BACK_SIGN, NEXT_SIGN
from bot.chat.place import onward, part_of
from bot.chat.turn import Rows, Turn, reply
from bot.model.message import Choice, Message, Span
from bot.model.people import Place
from bot.model.speech import Reply

Spot = tuple[int, int]
"""A part and a page of it, both from 1."""
_MOST_PANELS = 512
"""Pages that are kept at hand as they are shown: those of the statement, in each language and on each platform."""


def read(turn: Turn, argument: str) -> Reply:
    """Part N, page P of it, or where this reader stopped."""
    spot = _kept(turn) if not argument else _spot(turn, argument)
    return _page(turn, spot) if spot else _no_such_part(turn)


def next_(turn: Turn, _: str) -> Reply:
    """The page after the one that the pressed panel shows, or after the reader's place."""
    return _move(turn, +1)


def back(turn: Turn, _: str) -> Reply:
    """The page before."""
    return _move(turn, -1)


def contents(turn: Turn, _: str = "") -> Reply:
    """Title, standfirst and the parts."""
    statement, choose = turn.guide.catalogue.statement, turn.guide.catalogue.choose
    spans = (
        Span(text=choose(statement.title, turn.language)[1], bold=True),
        Span(text="\n"),
        Span(text=choose(statement.standfirst, turn.language)[1], italic=True),
    )
    return reply("contents", spans, (*_part_rows(turn), (turn.button("close", "close"),)))


def close(turn: Turn, _: str) -> Reply:
    """Takes the pressed panel away; typed, the newest one."""
    if turn.ask.pressed:
        return Reply(command="close", closes=True)
    newest = turn.tx.sent.recent(turn.chat.address)[:1]
    return reply("close", turn.line("closed", read=turn.typed("read")), withdraws=newest)


def _part_rows(turn: Turn) -> tuple[tuple[Choice, ...], ...]:
    catalogue = turn.guide.catalogue
    return tuple(
        (
            turn.button(
                "part",
                f"read {part.number}",
                number=part.number,
                heading=catalogue.choose(part.heading, turn.language)[1],
            ),
        )
        for part in catalogue.statement.parts
    )


def _no_such_part(turn: Turn) -> Reply:
    parts = len(turn.guide.catalogue.statement.parts)
    return reply("contents", turn.line("no-such-part", parts=parts), _part_rows(turn))


def _count(turn: Turn, number: int) -> int:
    return len(turn.guide.catalogue.pages(number, turn.language, turn.network.size))


def _kept(turn: Turn) -> Spot:
    number = part_of(turn)
    return number, turn.guide.catalogue.page_at(number, turn.language, turn.network.size, turn.chat.place)


def _spot(turn: Turn, argument: str) -> Spot | None:
    number, _, page = argument.partition(".")
    if not number.isdecimal() or (page and not page.isdecimal()):
        return None
    spot = int(number), int(page or 1)
    parts = len(turn.guide.catalogue.statement.parts)
    if not 1 <= spot[0] <= parts or spot[1] < 1:
        return None
    return spot[0], min(spot[1], _count(turn, spot[0]))


def _shown(turn: Turn) -> Spot:
    """What the pressed panel shows, else the reader's place."""
    shown = turn.tx.sent.shown(turn.ask.panel) if turn.ask.panel else None
    command, _, argument = (shown or "").partition(" ")
    return (_spot(turn, argument) if command == "read" else None) or _kept(turn)


def _beside(turn: Turn, spot: Spot, step: int) -> Spot | None:
    number, page = spot
    if 1 <= page + step <= _count(turn, number):
        return number, page + step
    if 1 <= number + step <= len(turn.guide.catalogue.statement.parts):
        return number + step, 1 if step > 0 else _count(turn, number - 1)
    return None


def _move(turn: Turn, step: int) -> Reply:
    here = _shown(turn)
    spot = _beside(turn, here, step)
    if spot is not None:
        return _page(turn, spot)
    edge = turn.say("last-part" if step > 0 else "first-part", place=_mark(turn, here))
    if turn.ask.pressed:
        return _page(turn, here, toast=edge)
    return reply(_command(here), (Span(text=edge),), ((onward(turn), turn.button("contents", "contents")),))


def _command(spot: Spot) -> str:
    return f"read {spot[0]}" if spot[1] == 1 else f"read {spot[0]}.{spot[1]}"


def _mark(turn: Turn, spot: Spot) -> str:
    """``2/4``, or ``2/4 · 1/3`` where the part has pages."""
    mark = f"{spot[0]}/{len(turn.guide.catalogue.statement.parts)}"
    pages = _count(turn, spot[0])
    return mark if pages == 1 else f"{mark} · {spot[1]}/{pages}"


def _page(turn: Turn, spot: Spot, toast: str | None = None) -> Reply:
    passage, message = _panel(turn, spot)
    turn.change(place=Place(passage, spot[1]))
    return Reply(command=_command(spot), message=message, toast=toast)


def _panel(turn: Turn, spot: Spot) -> tuple[str, Message]:
    """The page's first passage, and the page as it is shown: to all who have chosen alike the very same message."""
    panels = turn.guide.panels
    key = spot, turn.language, turn.ask.address.platform, turn.scope, turn.chat.updates is None
    if key not in panels:
        if len(panels) >= _MOST_PANELS:
            panels.clear()
        panels[key] = _build(turn, spot)
    return panels[key]


def _build(turn: Turn, spot: Spot) -> tuple[str, Message]:
    catalogue = turn.guide.catalogue
    page = catalogue.pages(spot[0], turn.language, turn.network.size)[spot[1] - 1]
    passages = [piece.passage for piece in page if piece.passage]
    moves = [
        turn.button(key, _command(other), sign=sign + "\ufe0f", place=_mark(turn, other))
        for key, step, sign in (("back", -1, BACK_SIGN), ("next", +1, NEXT_SIGN))
        if (other := _beside(turn, spot, step))
    ]
    rows = (
        tuple(moves),
        (turn.button("contents", "contents"), turn.button("language", "language")),
        *_offer(turn, spot),
        (turn.button("close", "close"),),
    )
    message = Message(spans=(Span(text=_mark(turn, spot)), *_runs(turn, page)), choices=rows)
    return passages[0] if passages else catalogue.first_passage(spot[0]), message


def _offer(turn: Turn, spot: Spot) -> Rows:
    """At the end of part 1, to who has chosen nothing yet: the updates."""
    ends = spot == (1, _count(turn, 1)) and turn.chat.updates is None
    return ((turn.button("updates-all", "updates all"),),) if ends else ()


def _runs(turn: Turn, page: Page) -> Iterator[Span]:
    """The page's paragraphs; each run in another language than the reader's begins with that language's name."""
    for piece in page:
        yield Span(text="\n\n")
        if piece.run_starts:
            yield Span(text=turn.say("in-language", language=turn.say(f"language-{piece.language}")), italic=True)
            yield Span(text="\n\n")
        yield from piece.spans
