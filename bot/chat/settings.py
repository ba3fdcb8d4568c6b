"""A chat's choices besides the language: updates, sound, discretion, quiet hours, time zone."""

import re
from zoneinfo import available_timezones

from bot.chat.turn import Turn, lines, reply
from bot.model.people import Updates
from bot.model.speech import Reply

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_EXAMPLE = "22:00-07:00"


def updates(turn: Turn, argument: str) -> Reply:
    """Shows which updates come, or takes the choice. Nothing has been published yet, and that is said."""
    if argument.lower() in set(Updates):
        turn = turn.change(updates=Updates(argument.lower()))
    chosen = turn.chat.updates
    shown = turn.line("updates-choose") if chosen is None else turn.line(f"updates-{chosen}")
    rows = tuple((turn.button(f"updates-{one}", f"updates {one}"),) for one in Updates if one != chosen)
    return reply(f"updates {argument.lower()}".strip(), lines(shown, turn.line("updates-none-yet")), rows)


def subscribe(turn: Turn, _: str) -> Reply:
    """All updates."""
    return updates(turn, Updates.ALL)


def unsubscribe(turn: Turn, _: str) -> Reply:
    """No updates, by one word."""
    return updates(turn, Updates.OFF)


def settings(turn: Turn, _: str = "", **more: str) -> Reply:
    """All choices on one panel."""
    chat, say = turn.chat, turn.say
    sound, discreet = ("on" if chat.sound else "off"), ("on" if chat.discreet else "off")
    spans = lines(
        turn.line("settings-title"),
        turn.line("settings-language", language=say("own-name")),
        turn.line(f"settings-updates-{chat.updates or Updates.OFF}"),
        turn.line(f"settings-sound-{sound}"),
        turn.line(f"settings-discreet-{discreet}"),
        turn.line("settings-quiet", hours=chat.quiet) if chat.quiet else turn.line("settings-no-quiet"),
        turn.line("settings-timezone", zone=chat.timezone or turn.guide.timezone),
        turn.line("settings-how", quiet=turn.typed(f"quiet {_EXAMPLE}"), timezone=turn.typed("timezone Asia/Taipei")),
    )
    other_sound, other_discreet = ("off" if chat.sound else "on"), ("off" if chat.discreet else "on")
    rows = (
        (turn.button("language", "language"), turn.button("updates", "updates")),
        (turn.button(f"sound-{other_sound}", f"sound {other_sound}"),),
        (turn.button(f"discreet-{other_discreet}", f"discreet {other_discreet}"),),
        (turn.button("close", "close"),),
    )
    return reply(more.get("command", "settings"), spans, rows, toast=say("saved") if more else None)


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
        return reply(
            "quiet", turn.line("quiet-wrong", example=turn.typed(f"quiet {_EXAMPLE}"), off=turn.typed("quiet off"))
        )
    hours = f"{int(found[1]):02}:{found[2]}-{int(found[3]):02}:{found[4]}" if found else None
    return settings(turn.change(quiet=hours), command=f"quiet {hours or 'off'}")


def timezone(turn: Turn, argument: str) -> Reply:
    """The chat's time zone, by its IANA name."""
    zones = {zone.casefold(): zone for zone in available_timezones()}
    zone = zones.get(argument.casefold())
    if zone is None:
        return reply("timezone", turn.line("timezone-wrong", example="Asia/Hong_Kong"))
    return settings(turn.change(timezone=zone), command=f"timezone {zone}")
