"""A page is built once for all who have chosen alike, and for nobody else."""

from bot.model.message import Message
from bot.model.speech import Reply
from tests.chat.stage import ask, house


def shown(replies: list[Reply]) -> Message:
    """What the one reply shows."""
    (reply,) = replies
    assert reply.message is not None
    return reply.message


def offered(message: Message) -> set[str | None]:
    """The commands on its buttons."""
    return {choice.command for row in message.choices for choice in row}


async def test_who_chose_alike_is_shown_the_very_same_message() -> None:
    """Typed or pressed, by one reader or another: part 2 in English is one message; in Chinese it is another."""
    async with house() as stage:
        first = shown(await stage.say(ask(1, "read 2", chat="ada")))
        assert shown(await stage.say(ask(2, "read 2", chat="ben", pressed=True))) is first
        await stage.say(ask(3, "language zh-Hant", chat="ben"))
        assert shown(await stage.say(ask(4, "read 2", chat="ben"))).text != first.text
        assert shown(await stage.say(ask(5, "read 2", chat="ada"))) is first


async def test_updates_are_offered_to_who_has_not_chosen_alone() -> None:
    """Whoever read the end of part 1 before: the offer stands under it for who has not chosen yet, and only then."""
    async with house() as stage:
        assert "updates all" in offered(shown(await stage.say(ask(1, "read 1", chat="ada"))))
        await stage.say(ask(2, "updates off", chat="ben"))
        assert "updates all" not in offered(shown(await stage.say(ask(3, "read 1", chat="ben"))))
        assert "updates all" in offered(shown(await stage.say(ask(4, "read 1", chat="cem"))))
        await stage.say(ask(5, "updates all", chat="ada"))
        assert "updates all" not in offered(shown(await stage.say(ask(6, "read 1", chat="ada"))))
