"""Who may set a chat, asked of Telegram: freshly, once for many, within five seconds, and never inside a hold."""

import asyncio
from typing import Any

import pytest

from bot.model.people import Address
from bot.platforms.telegram import admins
from tests.platforms.telegram.stage import Stage, until
from tests.platforms.telegram.test_answering import idle
from tests.wires.telegram import BotApiServer, Fault, Group, Person, Trouble

ANONYMOUS, CHANNEL_BOT = "1087968824", "136817688"


async def ask(stage: Stage, group: Group, person: Person | str) -> bool | None:
    """Whether the bot believes that person to be an admin there."""
    who = person if isinstance(person, str) else str(person.id)
    return await stage.platform.may_set(Address("telegram", str(group.id)), who)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_only_creator_and_admins_may_set_a_group(server: BotApiServer, kind: str) -> None:
    """Every standing that a person may have in a group is judged; who was never there is nobody."""
    group = server.group(kind=kind)
    expected = {"creator": True, "administrator": True, "member": False, "restricted": False}
    expected |= {"left": False, "kicked": False}
    stranger = server.person()
    async with idle(server) as stage:
        for status, right in expected.items():
            person = server.person()
            group.adds(person, status)
            assert await ask(stage, group, person) is right, status
        assert await ask(stage, group, stranger) is False
        assert await ask(stage, group, ANONYMOUS) is True
        assert await ask(stage, group, CHANNEL_BOT) is False


@pytest.mark.parametrize(
    ("rights", "may"),
    [
        ({}, False),
        ({"can_delete_messages": True, "can_invite_users": True}, False),
        ({"can_post_messages": True}, True),
        ({"can_change_info": True}, True),
    ],
)
async def test_a_channels_admin_must_be_able_to_post_or_to_set_it(
    server: BotApiServer, rights: dict[str, Any], may: bool
) -> None:
    """In a channel there are admins who may do neither."""
    ada, ben = server.person(), server.person()
    channel = server.group(kind="channel", bot="administrator")
    channel.adds(ada, "administrator", **rights)
    channel.adds(ben, "creator")
    async with idle(server) as stage:
        assert await ask(stage, channel, ada) is may
        assert await ask(stage, channel, ben) is True


async def test_a_demoted_admin_counts_no_longer_than_ten_seconds(server: BotApiServer) -> None:
    """Within ten seconds one answer serves; after them Telegram is asked again, for yes and for no."""
    ada = server.person()
    group = server.group()
    group.adds(ada, "administrator")
    async with idle(server) as stage:
        assert await ask(stage, group, ada) is True
        group.adds(ada, "member")
        await stage.clock.sleep(9.9)
        assert await ask(stage, group, ada) is True
        await stage.clock.sleep(0.2)
        assert await ask(stage, group, ada) is False
        group.adds(ada, "administrator")
        await stage.clock.sleep(10.1)
        assert await ask(stage, group, ada) is True
        assert len(stage.called("getChatMember")) == 3


async def test_many_at_once_are_one_question(server: BotApiServer) -> None:
    """A hundred presses at a time ask once for each chat and person; who gives up takes no answer from others."""
    ada, ben = server.person(), server.person()
    group = server.group()
    group.adds(ada, "administrator")
    group.adds(ben)
    server.faults.delay(0.2, method="getChatMember")
    async with idle(server) as stage:
        async with asyncio.TaskGroup() as together:
            asked = [together.create_task(ask(stage, group, person)) for person in (ada, ben) for _ in range(50)]
            await until(lambda: len(stage.called("getChatMember")) == 2)
            asked[0].cancel()
        assert [each.result() for each in asked[1:]] == [True] * 49 + [False] * 50
        assert len(stage.called("getChatMember")) == 2


async def test_silence_is_no_answer_and_is_not_remembered(
    server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Telegram does not answer in time or answers nonsense nobody may set anything; the next is asked anew."""
    monkeypatch.setattr(admins, "PATIENCE_SECONDS", 0.2)
    ada = server.person()
    group = server.group()
    group.adds(ada, "creator")
    async with idle(server) as stage:
        server.faults.hang(method="getChatMember")
        assert await ask(stage, group, ada) is None
        server.faults.error(502, method="getChatMember", times=1)
        assert await ask(stage, group, ada) is None
        assert await ask(stage, group, "no number") is None
        assert await ask(stage, group, ada) is True


def test_telegram_has_five_seconds() -> None:
    """The contract's number."""
    assert admins.PATIENCE_SECONDS == 5


async def test_nothing_is_asked_inside_a_hold(server: BotApiServer) -> None:
    """A limited network is left alone, by what it said to this question too; afterwards it is asked."""
    ada = server.person()
    group = server.group()
    group.adds(ada, "creator")
    async with idle(server) as stage:
        server.faults.add(Fault(trouble=Trouble.ANSWER, method="getChatMember", status=429, retry_after=7))
        for _ in range(3):
            assert await ask(stage, group, ada) is None
        assert len(stage.called("getChatMember")) == 1
        await stage.clock.sleep(7)
        assert await ask(stage, group, ada) is True
        assert server.ledger.inside_windows() == []


async def test_an_unreachable_network_is_asked_once(server: BotApiServer) -> None:
    """While nobody knows whether Telegram is back, no question tries it."""
    ada = server.person()
    group = server.group()
    group.adds(ada, "creator")
    async with idle(server) as stage:
        await server.hush()
        assert await ask(stage, group, ada) is None
        await server.listen()
        assert await ask(stage, group, ada) is None
        await stage.clock.sleep(1)
        assert await ask(stage, group, ada) is None
        assert stage.called("getChatMember") == []


async def test_a_group_that_hides_its_members_still_names_its_admins(server: BotApiServer) -> None:
    """Where single members are not told to a bot that is no admin, the list of admins is asked for."""
    ada, ben = server.person(), server.person()
    group = server.group()
    group.adds(ada, "creator")
    group.adds(ben)
    group.hides_members()
    async with idle(server) as stage:
        assert await ask(stage, group, ada) is True
        assert await ask(stage, group, ben) is False


async def test_a_button_of_the_group_that_was_is_judged_in_the_group_that_is(server: BotApiServer) -> None:
    """After a move the new group is asked; after a removal nobody may set anything."""
    ada = server.person()
    group = server.group(kind="group")
    group.adds(ada, "administrator")
    new = group.migrates(ada)
    async with idle(server) as stage:
        assert await ask(stage, group, ada) is True
        new.removes_bot(ada)
        await stage.clock.sleep(11)
        assert await ask(stage, new, ada) is None
