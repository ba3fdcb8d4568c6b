"""The greeting, the commands, whose statement this is, and what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.chat import moderating
from bot.chat.flood import CALM_SECONDS
from bot.chat.guide import Guide
from bot.chat.joining import offers
from bot.chat.language import match, own_names
from bot.chat.payload import Payload
from bot.chat.place import onward
from bot.chat.published import open_post
from bot.chat.reading import read
from bot.chat.turn import Rows, Turn, lines, reply
from bot.model.message import Span
from bot.model.profile import Profile
from bot.model.speech import Reply

MENU = ("read", "contents", "language", "updates", "settings", "about", "privacy", "my_data", "forget_me", "help")
GROUP_MENU = ("read", "contents", "about", "privacy", "help")
ADMIN_MENU = ("settings", "language", "updates", "here", "quiet", "timezone", *GROUP_MENU, "forget_me")
LISTED = (*MENU[:1], "next", "back", *MENU[1:])


def _menu(turn: Turn) -> Rows:
    return (
        (onward(turn), turn.button("contents", "contents")),
        (turn.button("language", "language"), turn.button("updates", "updates")),
        (turn.button("settings", "settings"), turn.button("privacy", "privacy")),
    )


def start(turn: Turn, payload: str) -> Reply:
    """Greets, or opens the part that the payload names; unknown pieces of a payload are ignored."""
    pieces = Payload.read(payload)
    tag = match(pieces.lang, turn.guide.languages)
    if tag:
        turn = turn.change(language=tag)
    if pieces.invite and (accepted := moderating.accept(turn, pieces.invite)):
        return accepted
    if pieces.update and (opened := open_post(turn, pieces.update, pieces.page)):
        return replace(opened, chosen=tag)
    parts = len(turn.guide.catalogue.statement.parts)
    if part := pieces.number(parts):
        opened = read(turn, str(part))
        return Reply(command=opened.command, message=opened.message, chosen=tag)
    title = turn.guide.catalogue.choose(turn.guide.catalogue.statement.title, turn.language)[1]
    spans = turn.line("greeting", title=title, parts=parts, privacy=turn.typed("privacy"))
    rows: Rows = ((onward(turn), turn.button("updates", "updates")), (turn.button("language", "language"),))
    if turn.chat.language is None and match(turn.ask.reports or "", turn.guide.languages) is None:
        rows += own_names(turn)
    rows += offers(turn)
    return reply(f"start lang-{tag}" if tag else "start", spans, rows, chosen=tag)


def help_(turn: Turn, _: str = "") -> Reply:
    """The commands, a line each."""
    listed = [turn.line("help-line", command=turn.typed(one), description=turn.say(f"command-{one}")) for one in LISTED]
    if moderating.find_moderator(turn):
        listed += [(), turn.line("help-moderators")]
        listed += [
            turn.line("help-line", command=turn.typed(one), description=turn.say(moderating.describe(one)))
            for one in moderating.LISTED
        ]
    return reply("help", lines(turn.line("help-title"), *listed), _menu(turn))


def unknown(turn: Turn) -> Reply:
    """The one short answer to what is no command. Nothing of it is kept."""
    rows = (*_menu(turn), (turn.button("help", "help"),))
    if turn.ask.pressed:
        return reply("", turn.line("pressed-old"), rows, toast=turn.say("pressed-old"))
    return reply("", turn.line("unknown"), rows)


def too_much(turn: Turn) -> Reply:
    """Said once to a chat that floods: a line, or where a button was pressed a toast."""
    spans = turn.line("too-much", seconds=CALM_SECONDS)
    return Reply(command="", toast=turn.say("too-much", seconds=CALM_SECONDS)) if turn.ask.pressed else reply("", spans)


def about(turn: Turn, _: str) -> Reply:
    """Source, credit, official addresses and the Matrix fingerprint."""
    catalogue, statement, guide = turn.guide.catalogue, turn.guide.catalogue.statement, turn.guide
    named = [(network.capitalize(), address) for network, address in guide.identity.items() if address]
    fingerprint = guide.fingerprint()
    spans = lines(
        turn.line("about-title", title=catalogue.choose(statement.title, turn.language)[1]),
        *(
            (Span(text=catalogue.choose(texts, turn.language)[1]),)
            for texts in (statement.standfirst, statement.origin, statement.note, statement.credit)
        ),
        turn.line("about-official"),
        *(turn.line("about-address", network=network, address=address) for network, address in named),
        *(() if named else (turn.line("about-no-addresses"),)),
        *((turn.line("about-fingerprint", fingerprint=fingerprint),) if fingerprint else ()),
        turn.line("about-software"),
    )
    return reply("about", spans, ((onward(turn), turn.button("privacy", "privacy")),))


def privacy(turn: Turn, _: str) -> Reply:
    """What is stored, where, for how long, as configured; and what cannot be promised."""
    hours, platform = turn.guide.keep_hours, turn.ask.address.platform
    limits = [f"privacy-{platform}"] + (["privacy-matrix-reactions"] if platform == "matrix" else [])
    kept = (
        "privacy-title",
        "privacy-address",
        "privacy-choices",
        "privacy-messages",
        "privacy-heard",
        "privacy-groups",
        "privacy-text",
    )
    spans = lines(
        *(turn.line(key, hours=hours) for key in kept),
        turn.line("privacy-where", database=turn.guide.database),
        *((turn.line("privacy-vacuum"),) if turn.guide.database == "PostgreSQL" else ()),
        turn.line("privacy-delete", forget=turn.typed("forget_me"), data=turn.typed("my_data")),
        *(turn.line(key) for key in ("privacy-limits", *limits, "privacy-running")),
    )
    return reply("privacy", spans, ((onward(turn), turn.button("settings", "settings")),))


def profiles(guide: Guide) -> Mapping[str, Profile]:
    """How the bot presents itself, in each language."""
    say, statement = guide.phrases.say, guide.catalogue.statement
    return {
        tag: Profile(
            name=say(tag, "profile-name"),
            description=say(tag, "profile-description", title=guide.catalogue.choose(statement.title, tag)[1]),
            short_description=say(tag, "profile-short"),
            commands=_described(guide, tag, MENU),
            group_commands=_described(guide, tag, GROUP_MENU),
            admin_commands=_described(guide, tag, ADMIN_MENU),
            moderator_commands=tuple((one, say(tag, moderating.describe(one))) for one in moderating.LISTED)
            + _described(guide, tag, MENU),
        )
        for tag in guide.languages
    }


def _described(guide: Guide, tag: str, commands: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((one, guide.phrases.say(tag, f"command-{one}")) for one in commands)
