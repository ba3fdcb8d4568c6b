"""What moderators may look at: the latest deeds, and the audience in numbers that point at nobody."""

from datetime import UTC, datetime

from bot.chat.moderating.desk import Desk, behead
from bot.chat.moderating.figures import by_language, by_platform, rounded
from bot.chat.turn import lines, reply
from bot.model.message import Span
from bot.model.speech import Reply

SHOWN = 10
MOST_SHOWN = 50


def audit(desk: Desk, argument: str) -> Reply:
    """``audit [N]``: the latest deeds by role and number."""
    word, _ = behead(argument)
    count = min(int(word), MOST_SHOWN) if word.isdecimal() and len(word) < 6 else SHOWN
    deeds = desk.tx.audit.latest(max(1, count))
    turn = desk.turn
    listed = (
        (
            Span(text=f"{desk.moment(datetime.fromtimestamp(deed.moment, UTC))} · {deed.actor} · {deed.deed}"),
            Span(text=f" #{deed.post}" if deed.post else ""),
        )
        for deed in deeds
    )
    return reply(f"audit {count}", lines(turn.line("audit-title"), *listed))


def stats(desk: Desk, _: str) -> Reply:
    """``stats``: the audience by platform and language, rounded."""
    turn = desk.turn
    audience = desk.tx.outbox.audience(urgent=True)
    listed = [
        turn.line("stats-network", network=name.capitalize(), count=rounded(count))
        for name, count in by_platform(audience).items()
    ]
    listed += [
        turn.line(
            "stats-language",
            language=turn.say(f"language-{tag}") if tag else turn.say("panel-no-language"),
            count=rounded(count),
        )
        for tag, count in by_language(audience).items()
    ]
    total = turn.line("stats-total", count=rounded(sum(audience.values())))
    return reply("stats", lines(turn.line("stats-title"), total, *listed))
