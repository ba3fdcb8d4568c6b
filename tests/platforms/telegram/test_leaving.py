"""Leaving after the last word; and answers in topics, in groups that have moved, and where the bot may not speak."""

from typing import Any

import pytest

from bot.model.delivery import Later, Moved, Refused, Sent, Unsure
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening, Reply
from tests.platforms.telegram.stage import Stage, make_ask, make_message
from tests.platforms.telegram.test_answering import idle
from tests.wires.telegram import BotApiServer, Fault, Group, Trouble

FAREWELL = Reply(command="idle", message=make_message("bye"), leaves=True, forgets=True)
READ = Reply(command="read 1", message=make_message("part one", "read 2"))


def told(group: Group, topic: int | None = None, **given: Any) -> Ask:
    """Something said in a group."""
    address = Address("telegram", str(group.id), None if topic is None else str(topic))
    return make_ask(group.id, kind=ChatKind.GROUP, **{"address": address, **given})


def is_out(server: BotApiServer, group: Group) -> bool:
    """Whether the bot has left."""
    return bool(group.chat.members[server.world.bot["id"]]["status"] == "left")


def words(group: Group) -> list[str]:
    """What stands there of the bot's."""
    return [seen.text for seen in group.sees if seen.from_bot]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_it_leaves_after_its_last_word(server: BotApiServer, kind: str) -> None:
    """The line is said, then the bot goes; to be out already is as good, however often it is told."""
    group = server.group(kind=kind)
    async with idle(server) as stage:
        for _ in range(3):
            assert await stage.platform.answer(told(group), FAREWELL) == Sent()
        assert is_out(server, group)
        assert words(group) == ["bye"]


async def test_it_leaves_without_a_word_where_there_is_none(server: BotApiServer) -> None:
    """Too many invitations in an hour are left in silence."""
    group = server.group()
    async with idle(server) as stage:
        assert await stage.platform.answer(told(group), Reply(command="leave", leaves=True, forgets=True)) == Sent()
        assert is_out(server, group)
        assert group.received == []


async def test_it_leaves_the_channel_and_not_the_person_who_added_it(server: BotApiServer) -> None:
    """An answer about a channel, told to a person, leaves the channel; a private chat cannot be left."""
    ada = server.person(started=True)
    channel = server.group(kind="channel", bot="administrator")
    about = Address("telegram", str(channel.id))
    leave = Reply(command="leave", leaves=True)
    async with idle(server) as stage:
        assert await stage.platform.answer(make_ask(ada.id, happening=Happening.ADDED, about=about), leave) == Sent()
        assert is_out(server, channel)
        assert await stage.platform.answer(make_ask(ada.id), leave) == Sent()
        assert len(stage.called("leaveChat")) == 1


async def test_it_leaves_where_it_may_not_speak(server: BotApiServer) -> None:
    """Being muted keeps nobody from going."""
    group = server.group(bot="restricted")
    async with idle(server) as stage:
        assert await stage.platform.answer(told(group), FAREWELL) == Sent()
        assert is_out(server, group)


async def test_what_keeps_it_from_leaving_repeats_no_word(server: BotApiServer) -> None:
    """A limit or a lost answer has the leaving tried again, and the last word is not said twice."""
    group = server.group()
    async with idle(server) as stage:
        server.faults.add(Fault(trouble=Trouble.ANSWER, method="leaveChat", status=429, retry_after=9))
        assert await stage.platform.answer(told(group), FAREWELL) == Later(9)
        assert await stage.platform.answer(told(group), FAREWELL) == Later(9)
        await stage.clock.sleep(9)
        server.faults.lose_reply(method="leaveChat")
        assert await stage.platform.answer(told(group), FAREWELL) == Unsure()
        assert await stage.platform.answer(told(group), FAREWELL) == Sent()
        assert words(group) == ["bye"]
        assert len(stage.called("sendMessage")) == 1


async def test_a_limited_chat_is_not_left_before_its_last_word(server: BotApiServer) -> None:
    """Where the word must wait, so must the leaving."""
    group = server.group()
    async with idle(server) as stage:
        server.faults.too_many(9)
        assert await stage.platform.answer(told(group), FAREWELL) == Later(9)
        assert not is_out(server, group)
        await stage.clock.sleep(9)
        assert await stage.platform.answer(told(group), FAREWELL) == Sent()
        assert words(group) == ["bye"]
        assert is_out(server, group)


async def test_answers_stay_in_their_topic(server: BotApiServer) -> None:
    """A topic is answered in the topic; closed or deleted, in the general one; where that is closed too, nowhere."""
    ada = server.person()
    group = server.group(forum=True)
    thread = group.topic("News", ada)
    async with idle(server) as stage:

        async def answer() -> int | Refused | None:
            verdict = await stage.platform.answer(told(group, thread), READ)
            if isinstance(verdict, Refused):
                return verdict
            assert isinstance(verdict, Sent)
            return group.received[-1].thread

        assert await answer() == thread
        group.closes(thread, ada)
        assert await answer() is None
        group.deletes(thread)
        assert await answer() is None
        group.closes(None, ada)
        assert await answer() == Refused("topic_closed")


async def test_muted_is_not_gone(server: BotApiServer) -> None:
    """Restricted, in a group whose members may not write, and in a channel without the right, answers are refused."""
    restricted, silent = server.group(bot="restricted"), server.group()
    silent.lets_members_write(False)
    channel = server.group(kind="channel", bot="administrator")
    async with idle(server) as stage:
        for place in (restricted, silent, channel):
            assert await stage.platform.answer(told(place), READ) == Refused("no_rights")


async def test_a_group_that_moved_is_answered_where_it_is(server: BotApiServer) -> None:
    """The old number has one verdict, with the new one; there no message of the old group is edited or deleted."""
    ada = server.person()
    group = server.group(kind="group")
    async with idle(server) as stage:
        panel = await stage.platform.answer(told(group), READ)
        assert isinstance(panel, Sent)
        assert panel.reference
        new = group.migrates(ada)
        moved = Moved(Address("telegram", str(new.id)))
        assert await stage.platform.answer(told(group), READ) == moved
        assert await stage.platform.answer(told(group), FAREWELL) == moved
        # The supergroup counts anew: sooner or later a message of the bot's has the number of the old panel.
        new.chat.last_id = int(panel.reference.rpartition(":")[2]) - 1
        await stage.platform.answer(told(new), READ)
        pressed = told(new, pressed=True, panel=panel.reference)
        answered = Reply(command="read 2", message=make_message("part two"), withdraws=(panel.reference,))
        assert isinstance(await stage.platform.answer(pressed, answered), Sent)
        assert words(new) == ["part one", "part two"]
        for change in (
            stage.platform.amend(moved.to, panel.reference, make_message("changed"), once="1"),
            stage.platform.withdraw(moved.to, panel.reference, once="2"),
        ):
            assert await change == Refused("gone")
        assert words(new) == ["part one", "part two"]


async def test_a_link_opens_the_private_chat(server: BotApiServer) -> None:
    """Once the bot knows its name, a link carries what Telegram lets it carry, and there is none for the rest."""
    async with idle(server) as stage:
        assert stage.platform.link("part-1") is None
    async with Stage(server) as stage:
        home = f"https://t.me/{server.world.bot['username']}"
        assert stage.platform.link("part-2_lang-zh-Hant") == f"{home}?start=part-2_lang-zh-Hant"
        assert stage.platform.link("") == home
        assert stage.platform.link("read 2") is None
        assert stage.platform.link("x" * 65) is None
