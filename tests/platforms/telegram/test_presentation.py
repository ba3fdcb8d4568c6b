"""What everyone sees of the bot, set at start where it differs."""

import asyncio
from dataclasses import replace
from typing import Any

from bot.platforms.telegram.presentation import speakers
from tests.platforms.telegram.stage import PROFILES, Stage, make_profile, until
from tests.wires.telegram import BotApiServer, Fault, Trouble

SETTERS = (
    *("setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription"),
    "setMyDefaultAdministratorRights",
)
MENUS = 9
"""For readers, members and admins: one for everyone, and one in each of two languages."""


def menu_of(person: Any) -> list[str]:
    """The descriptions in a person's menu."""
    return [command["description"] for command in person.menu]


async def test_everyone_is_addressed_in_their_language(server: BotApiServer) -> None:
    """Menus, name and descriptions stand in the default language, and in each that Telegram can tell."""
    ada, mei, ole = (server.person(language_code=code) for code in ("en", "zh-hant", "nb"))
    async with Stage(server, default_language="zh-Hant"):
        assert menu_of(ada) == ["Read (en)", "Language (en)"]
        assert menu_of(mei) == menu_of(ole) == ["Read (zh-Hant)", "Language (zh-Hant)"]
        profile = server.world.profile
        assert profile.names == {"": "Solidarity zh-Hant", "en": "Solidarity en"}
        assert profile.descriptions == {"": "Reads a statement (zh-Hant).", "en": "Reads a statement (en)."}
        assert profile.short_descriptions == {"": "A statement (zh-Hant)", "en": "A statement (en)"}


async def test_another_default_leaves_nobody_without_their_language(server: BotApiServer) -> None:
    """A language that was shown the default, being the same, gets its own words when the default changes."""
    async with Stage(server, default_language="en"):
        assert server.world.profile.names == {"": "Solidarity en", "zh": "Solidarity zh-Hans"}
    async with Stage(server, default_language="zh-Hant"):
        names = server.world.profile.names
        assert names == {"": "Solidarity zh-Hant", "en": "Solidarity en", "zh": "Solidarity zh-Hant"}


async def test_everyone_sees_the_commands_that_are_for_them(server: BotApiServer) -> None:
    """Readers, members of groups and their admins have a menu each, in their language; a member sees no admin's."""
    ada, mei = server.person(language_code="en"), server.person(language_code="zh-hant")
    group = server.group()
    group.adds(ada, "creator")
    group.adds(mei)
    async with Stage(server):
        assert menu_of(ada) == ["Read (en)", "Language (en)"]
        assert [command["description"] for command in ada.menu_in(group)] == ["Here (en)", "Read here (en)"]
        assert [command["description"] for command in mei.menu_in(group)] == ["Read here (zh-Hans)"]


async def test_a_menu_that_is_empty_now_is_taken_away(server: BotApiServer) -> None:
    """An audience that has no commands any more has no menu of an earlier time."""
    async with Stage(server):
        pass
    profiles = {tag: replace(profile, group_commands=()) for tag, profile in PROFILES.items()}
    async with Stage(server, profiles=profiles) as stage:
        assert len(stage.called("deleteMyCommands")) == 3
        assert len(server.world.profile.commands) == 6


async def test_the_one_right_in_channels_is_proposed(server: BotApiServer) -> None:
    """Whoever makes the bot a channel's admin is proposed to let it post, and nothing else; in groups nothing."""
    async with Stage(server):
        assert server.world.profile.rights == {"channel": {"can_post_messages", "can_manage_chat"}}


async def test_ready_waits_for_slow_menus(server: BotApiServer) -> None:
    """A poll that was granted long before does not make a bot ready whose menus are on their way."""
    server.faults.delay(0.2, method="setMyCommands", times=1)
    async with Stage(server):
        assert len(server.world.profile.commands) == MENUS


async def test_nothing_is_set_twice(server: BotApiServer) -> None:
    """A second start finds everything as it should be and sets nothing; a changed word sets that alone."""
    async with Stage(server):
        pass
    server.ledger.forget()
    async with Stage(server) as stage:
        assert [method for method in SETTERS if stage.called(method)] == []
    async with Stage(server, profiles={**PROFILES, "en": make_profile("en-GB")}) as stage:
        assert [method for method in SETTERS if stage.called(method)] == list(SETTERS[:-1])
        assert stage.called("setMyName") == [{"name": "Solidarity en-GB"}]


async def test_ready_is_told_once_and_after_the_menus(server: BotApiServer) -> None:
    """Ready comes when a poll was granted and every menu stands, whichever is later, and only once."""
    stage = Stage(server)
    server.faults.delay(0.1, method="setMyCommands", times=1)
    refused = server.faults.error(502, method="getUpdates", times=100)
    stage.run()
    await until(lambda: len(server.world.profile.commands) == MENUS)
    await until(lambda: refused.hits > 5)
    assert not stage.ready.is_set()
    server.faults.clear()
    await stage.ready.wait()
    await asyncio.sleep(0.05)
    assert stage.readies == 1
    await stage.stop()
    await stage.platform.aclose()


async def test_limits_put_the_rest_off_behind_ready(server: BotApiServer) -> None:
    """What a 429 keeps from being set does not delay the readiness, and is set when the wait is over."""
    ada = server.person()
    server.faults.add(Fault(trouble=Trouble.ANSWER, method="setMyName", times=1, status=429, retry_after=3600))
    async with Stage(server) as stage:
        assert server.world.profile.names == {}
        assert len(server.world.profile.descriptions) == 2
        await until(lambda: len(server.world.profile.names) == 2)
        assert 3600 in stage.clock.slept
        assert stage.events.count("telegram_presentation_put_off") == 1
        ada.says("/read 1")
        await ada.waits("you said")


async def test_silence_at_start_is_waited_out_before_ready(server: BotApiServer) -> None:
    """Where nobody answers, the menus are not set: ready waits for them."""
    server.faults.error(502, method="getMyCommands", times=3)
    async with Stage(server):
        assert len(server.world.profile.commands) == MENUS
        assert len(server.world.profile.names) == 2


async def test_words_that_telegram_refuses_stop_nothing(server: BotApiServer) -> None:
    """A refused text is logged by its kind and left; the rest is set, and the bot becomes ready."""
    server.faults.error(400, "Bad Request: secret words", method="setMyDescription", times=None)
    async with Stage(server) as stage:
        assert len(server.world.profile.names) == 2
        assert stage.events.count("telegram_presentation_refused") == 3
        assert "secret" not in repr(stage.captured.entries)


def test_two_letters_are_spoken_for_by_the_default_or_the_first() -> None:
    """Of languages that share two letters the default one speaks, else the first; longer codes are passed over."""
    assert speakers(PROFILES, "zh-Hant")["zh"] is PROFILES["zh-Hant"]
    assert speakers(PROFILES, "en")["zh"] is PROFILES["zh-Hans"]
    more = {**PROFILES, "yue": make_profile("yue")}
    assert set(speakers(more, "en")) == {None, "en", "zh"}
    assert speakers(more, "yue")[None] is more["yue"]
