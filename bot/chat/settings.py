"""A chat's choices besides the language: updates, sound, discretion, quiet hours, time zone."""

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from bot.chat.published import latest
from bot.chat.turn import Rows, Turn, lines, reply
from bot.model.message import Choice, Span
from bot.model.people import ChatKind, Updates
from bot.model.speech import Reply

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_EXAMPLE = "22:00-07:00"
_NIGHTS = (_EXAMPLE, "23:00-08:00")
_ZONES = (
    ("Asia/Hong_Kong", "Asia/Taipei"),
    ("Asia/Tokyo", "Australia/Sydney"),
    ("Europe/London", "Europe/Berlin"),
    ("America/New_York", "America/Los_Angeles"),
)
"""Some zones to choose with a button; any other is typed."""


def updates(turn: Turn, argument: str) -> Reply:
    """Shows which updates come and, in private, the latest ones; or takes the choice."""
    if argument.lower() in set(Updates):
        turn = turn.change(updates=Updates(argument.lower()))
    chosen = turn.chat.updates
    shown = turn.line("updates-choose") if chosen is None else turn.line(f"updates-{chosen}")
    rows: Rows = tuple((_updates_button(turn, one),) for one in Updates if one != chosen)
    recent = latest(turn)
    told = turn.line("updates-latest" if recent else "updates-none-yet")
    if turn.ask.kind is ChatKind.PRIVATE and not turn.scope:
        rows = (*recent, *rows)
    elif recent:
        told = ()
    return reply(f"updates {argument.lower()}".strip(), lines(shown, *((told,) if told else ())), rows)


def _updates_button(turn: Turn, one: Updates) -> Choice:
    """Out of a subscription it is one tap, and its label says so."""
    stops = one is Updates.OFF and turn.chat.updates is not None
    return turn.button("stop" if stops else f"updates-{one}", f"updates {one}")


def subscribe(turn: Turn, _: str) -> Reply:
    """All updates."""
    return updates(turn, Updates.ALL)


def unsubscribe(turn: Turn, _: str) -> Reply:
    """No updates, by one word."""
    return updates(turn, Updates.OFF)


def settings(turn: Turn, _: str = "", **more: str) -> Reply:
    """All choices on one panel, in every kind of chat those that it has."""
    spans = lines(turn.line("settings-title"), *_choices(turn), _how(turn))
    return reply(more.get("command", "settings"), spans, _rows(turn), toast=turn.say("saved") if more else None)


def _choices(turn: Turn) -> tuple[tuple[Span, ...], ...]:
    chat = turn.chat
    spoken = chat.language or (turn.guide.default_language if turn.scope else turn.language)
    updates = turn.line(f"settings-updates-{chat.updates or Updates.OFF}")
    topics = (turn.line("settings-topic-one" if chat.topic else "settings-topic-none"),)
    return (
        turn.line("settings-language", language=turn.guide.phrases.say(spoken, "own-name")),
        updates,
        *(topics if turn.kind is ChatKind.GROUP else ()),
        turn.line(f"settings-sound-{_state(chat.sound)}"),
        turn.line(f"settings-discreet-{_state(chat.discreet)}"),
        turn.line("settings-quiet", hours=chat.quiet) if chat.quiet else turn.line("settings-no-quiet"),
        turn.line("settings-timezone", zone=chat.timezone or turn.guide.timezone),
    )


def _how(turn: Turn) -> tuple[Span, ...]:
    return turn.line("settings-how", quiet=turn.typed(f"quiet {_EXAMPLE}"), timezone=turn.typed("timezone Asia/Taipei"))


def _rows(turn: Turn) -> Rows:
    chat = turn.chat
    sound, discreet = _state(not chat.sound), _state(not chat.discreet)
    topics: Rows = ((turn.button("here-off", "here off"),),) if chat.topic else ()
    close: Rows = ((Choice(label=turn.say("button-close"), command="close"),),)
    return (
        (turn.button("language", "language"), turn.button("updates", "updates")),
        *topics,
        (turn.button(f"sound-{sound}", f"sound {sound}"),),
        (turn.button(f"discreet-{discreet}", f"discreet {discreet}"),),
        (turn.button("quiet", "quiet"), turn.button("timezone", "timezone")),
        *(close if turn.ask.kind is ChatKind.PRIVATE else ()),
    )


def _state(on: bool) -> str:
    return "on" if on else "off"


def _switch(turn: Turn, name: str, argument: str) -> Reply:
    value = argument.lower()
    if value not in {"on", "off"}:
        return reply(name, turn.line("sound-wrong", on=turn.typed(f"{name} on"), off=turn.typed(f"{name} off")))
    return settings(turn.change(**{name: value == "on"}), command=f"{name} {value}")


def sound(turn: Turn, argument: str) -> Reply:
    """Whether updates ring."""
    return _switch(turn, "sound", argument)


def discreet(turn: Turn, argument: str) -> Reply:
    """Whether a neutral line stands for an update's text."""
    return _switch(turn, "discreet", argument)


def quiet(turn: Turn, argument: str) -> Reply:
    """Hours in which nothing rings, in the chat's time zone; they may pass midnight."""
    found = _HOURS.fullmatch(argument)
    if argument.lower() != "off" and (not found or found.group(1, 2) == found.group(3, 4)):
        nights = tuple(Choice(label=one, command=f"{turn.scope}quiet {one}") for one in _NIGHTS)
        typed = turn.line("quiet-wrong", example=turn.typed(f"quiet {_EXAMPLE}"), off=turn.typed("quiet off"))
        return reply("quiet", typed, (nights, (turn.button("quiet-off", "quiet off"),)))
    hours = f"{int(found[1]):02}:{found[2]}-{int(found[3]):02}:{found[4]}" if found else None
    return settings(turn.change(quiet=hours), command=f"quiet {hours or 'off'}")


def timezone(turn: Turn, argument: str) -> Reply:
    """The chat's time zone, by its IANA name."""
    zone = _zones().get(argument.replace(" ", "_").casefold())
    if zone is None:
        rows = tuple(
            tuple(Choice(label=one.replace("_", " "), command=f"{turn.scope}timezone {one}") for one in row)
            for row in _ZONES
        )
        return reply("timezone", turn.line("timezone-wrong", example=turn.typed("timezone Asia/Hong_Kong")), rows)
    return settings(turn.change(timezone=zone), command=f"timezone {zone}")


@cache
def _zones() -> Mapping[str, str]:
    """Every zone by its name in lower case; the system's files are gone through once."""
    return {zone.casefold(): zone for zone in available_timezones()}
