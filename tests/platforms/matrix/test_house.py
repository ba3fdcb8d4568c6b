"""Rooms of several and the rules behind them: the whole program, killed and started again, its rooms replaced."""

import pytest

from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.process import Bot
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person

_PATIENCE = 60.0
SYNC = "/sync"


async def ask(somebody: Person, room: str, command: str, count: int) -> str:
    """The answer to a command, which is the so many-th message of others than whoever asks."""
    await somebody.says(room, f"!{command}")
    return (await hears(somebody, room, count, _PATIENCE))[-1].body


async def assemble(bot: Bot, ada: Person, ben: Person, version: str) -> str:
    """A room of ada's and ben's with the bot invited."""
    user = bot.account.user_id
    room = await ada.creates(invites=[user, ben.user_id], room_version=version)
    await ben.until(lambda: room in ben.invitations, "ben is invited")
    await ben.joins(room)
    await ada.until(lambda: ada.members[room].get(ben.user_id) == "join", "ben joins")
    return room


@pytest.mark.parametrize("syncs", [2, 3])
async def test_a_kill_makes_no_second_greeting_and_none_is_lost(bot: Bot, meet: Meet, syncs: int) -> None:
    """Wherever between the homeserver's news and the rules' commit it comes; who is put out meanwhile is asked anew."""
    ada, ben = await meet("ada"), await meet("ben")
    await bot.starts()
    bot.programs[-1].process.kill()
    room = await assemble(bot, ada, ben, "11")
    await bot.is_killed(SYNC, syncs)
    await bot.is_killed(SYNC, syncs)
    await bot.starts()
    (greeting,) = await hears(ada, room, 1, _PATIENCE)
    assert "!settings" in greeting.body
    assert greeting.keys == []
    assert "zh-Hant" not in await ask(ben, room, "language zh-Hant", 2)
    assert "語言" in await ask(ada, room, "language zh-Hant", 4)
    bot.programs[-1].process.kill()
    await ada.kicks(room, bot.account.user_id)
    await ada.invites(room, bot.account.user_id)
    await bot.is_killed(SYNC, syncs)
    await bot.starts()
    again = await hears(ada, room, 5, _PATIENCE)
    assert again[-1].body == greeting.body
    assert ada.unreadable == []
    assert await bot.ends() == 0


async def test_a_replaced_room_keeps_what_its_admin_chose(bot: Bot, meet: Meet) -> None:
    """Killed in the middle of it or not: one greeting in the old room, none in the new one, and the old one is left."""
    ada, ben = await meet("ada"), await meet("ben")
    user = bot.account.user_id
    await bot.starts()
    old = await assemble(bot, ada, ben, "11")
    await hears(ada, old, 1, _PATIENCE)
    assert "語言" in await ask(ada, old, "language zh-Hant", 2)
    new = await ada.upgrades(old, "12")
    bot.programs[-1].process.kill()
    await ada.invites(new, user)
    for _ in range(2):
        await bot.is_killed("/join", 1)
    await bot.is_killed(SYNC, 2)
    await bot.starts()
    await ada.until(lambda: ada.members[new].get(user) == "join", "the bot follows", seconds=_PATIENCE)
    await ada.invites(new, ben.user_id)
    await ada.until(lambda: ada.members[old].get(user) == "leave", "the bot leaves the old room", seconds=_PATIENCE)
    assert "語言：繁體中文" in await ask(ada, new, "settings", 1)
    assert await bot.ends() == 0
