"""What everyone sees of the bot, set at start where it differs."""

import asyncio
from typing import Any

from bot.platforms.telegram.presentation import speakers
from tests.platforms.telegram.stage import PROFILES, Stage, make_profile, until
from tests.wires.telegram import BotApiServer, Fault, Trouble

SETTERS = ("setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription")


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


async def test_only_private_chats_get_the_menu(server: BotApiServer) -> None:
    """The reader's menu is set for private chats alone."""
    async with Stage(server) as stage:
        scopes = [parameters["scope"] for parameters in stage.called("setMyCommands")]
        assert scopes == [{"type": "all_private_chats"}] * 3


async def test_ready_waits_for_slow_menus(server: BotApiServer) -> None:
    """A poll that was granted long before does not make a bot ready whose menus are on their way."""
    server.faults.delay(0.2, method="setMyCommands", times=1)
    async with Stage(server):
        assert len(server.world.profile.commands) == 3


async def test_nothing_is_set_twice(server: BotApiServer) -> None:
    """A second start finds everything as it should be and sets nothing; a changed word sets that alone."""
    async with Stage(server):
        pass
    server.ledger.forget()
    async with Stage(server) as stage:
        assert [method for method in SETTERS if stage.called(method)] == []
    async with Stage(server, profiles={**PROFILES, "en": make_profile("en-GB")}) as stage:
        assert [method for method in SETTERS if stage.called(method)] == list(SETTERS)
        assert stage.called("setMyName") == [{"name": "Solidarity en-GB"}]


async def test_ready_is_told_once_and_after_the_menus(server: BotApiServer) -> None:
    """Ready comes when a poll was granted and every menu stands, whichever is later, and only once."""
    stage = Stage(server)
    server.faults.delay(0.1, method="setMyCommands", times=1)
    refused = server.faults.error(502, method="getUpdates", times=100)
    stage.run()
    await until(lambda: len(server.world.profile.commands) == 3)
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
        assert len(server.world.profile.commands) == 3
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
