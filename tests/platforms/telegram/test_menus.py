"""Chats' own menus, set behind the answer."""

import asyncio
from typing import Any

import pytest

from bot.model.delivery import Refused, Sent
from bot.model.people import ChatKind
from bot.model.speech import Ask, Happening, Reply
from tests.platforms.telegram.stage import Stage, make_ask, make_message, until
from tests.platforms.telegram.test_presentation import MENUS, menu_of
from tests.wires.telegram import BotApiServer, Fault, Group, Person, Trouble


def choose(ask: Ask) -> Reply:
    """Takes the language that was said."""
    return Reply(command=ask.text, message=make_message("chosen"), chosen=ask.text.removeprefix("language "))


async def choose_aloud(person: Person, language: str) -> None:
    """Choose a language and wait for the menu."""
    person.says(f"/language {language}")
    await person.waits("chosen")
    await until(lambda: menu_of(person) == [f"Read ({language})", f"Language ({language})"])


async def test_chosen_script_dresses_the_chats_menu(server: BotApiServer) -> None:
    """Telegram tells no scripts: once a chat has chosen one, its own menu is in it, and nobody else's."""
    mei, ada = server.person(language_code="zh-hans"), server.person(language_code="zh-hans")
    async with Stage(server, reply=choose):
        assert menu_of(mei) == ["Read (zh-Hans)", "Language (zh-Hans)"]
        await choose_aloud(mei, "zh-Hant")
        assert menu_of(ada) == ["Read (zh-Hans)", "Language (zh-Hans)"]


async def test_same_choice_again_sets_nothing(server: BotApiServer) -> None:
    """Who chooses the same language again keeps the menu without another call; another language sets it anew."""
    mei = server.person()
    async with Stage(server, reply=choose) as stage:
        await choose_aloud(mei, "zh-Hant")
        await choose_aloud(mei, "zh-Hant")
        await choose_aloud(mei, "zh-Hans")
        scopes = [parameters["scope"]["type"] for parameters in stage.called("setMyCommands")]
        assert scopes.count("chat") == 2


async def test_forgotten_chat_loses_its_own_menu(server: BotApiServer) -> None:
    """After forget_me the chat has no menu of its own, and choosing again sets one again."""
    mei = server.person()
    async with Stage(server, reply=choose) as stage:
        await choose_aloud(mei, "zh-Hant")
        stage.reply = lambda _: Reply(command="forget_me", message=make_message("forgotten"), forgets=True)
        mei.says("/forget_me")
        await mei.waits("forgotten")
        await until(lambda: menu_of(mei) == ["Read (en)", "Language (en)"])
        stage.reply = choose
        await choose_aloud(mei, "zh-Hant")


async def test_answer_does_not_wait_for_the_menu(server: BotApiServer) -> None:
    """A menu that Telegram never answers about delays neither the answer nor the next."""
    mei = server.person()
    async with Stage(server, reply=choose) as stage:
        struck = server.faults.hang(method="setMyCommands")
        mei.says("/language zh-Hant")
        await mei.waits("chosen")
        await until(lambda: struck.hits)
        stage.reply = lambda _: Reply(command="read 1", message=make_message("part one"))
        mei.says("/read 1")
        await mei.waits("part one")


async def test_limited_menu_is_set_when_the_wait_is_over(server: BotApiServer) -> None:
    """A 429 on a menu is waited out as told, and the menu is there in the end."""
    mei = server.person()
    async with Stage(server, reply=choose) as stage:
        server.faults.add(Fault(trouble=Trouble.ANSWER, method="setMyCommands", times=2, status=429, retry_after=77))
        await choose_aloud(mei, "zh-Hant")
        assert stage.clock.slept.count(77) == 2


async def test_menu_that_fails_for_good_is_given_up_and_told(server: BotApiServer) -> None:
    """After five tries the general menu stays; the line that tells it names no chat."""
    mei = server.person()
    async with Stage(server, reply=choose) as stage:
        server.faults.error(502, method="setMyCommands", times=None)
        mei.says("/language zh-Hant")
        await until(lambda: "telegram_menu_failed" in stage.events)
        assert sum("chat_id" in parameters["scope"] for parameters in stage.called("setMyCommands")) == 5
        assert str(mei.id) not in repr(stage.captured.entries)


def menus_in(group: Group, *people: Person) -> list[list[str]]:
    """What each of these people is offered in the group."""
    return [[command["description"] for command in person.menu_in(group)] for person in people]


def told(group: Group, **given: Any) -> Ask:
    """Something said in a group, or that happened to it."""
    return make_ask(group.id, kind=ChatKind.GROUP, **given)


async def test_a_groups_language_dresses_both_its_menus(server: BotApiServer) -> None:
    """Members and admins of a group see their commands in the language that it chose, until it is forgotten."""
    ada, mei = server.person(), server.person()
    group = server.group()
    group.adds(ada, "administrator")
    group.adds(mei)
    chosen = Reply(command="language zh-Hant", message=make_message("chosen"), chosen="zh-Hant")
    async with Stage(server) as stage:
        assert isinstance(await stage.platform.answer(told(group), chosen), Sent)
        own = [["Here (zh-Hant)", "Read here (zh-Hant)"], ["Read here (zh-Hant)"]]
        await until(lambda: menus_in(group, ada, mei) == own)
        forgotten = Reply(command="forget_me", message=make_message("forgotten"), forgets=True)
        await stage.platform.answer(told(group), forgotten)
        await until(lambda: menus_in(group, ada, mei) == [["Here (en)", "Read here (en)"], ["Read here (en)"]])


async def test_a_choice_counts_for_the_menu_where_the_bot_may_not_speak(server: BotApiServer) -> None:
    """A muted bot cannot answer; the menu follows the choice all the same."""
    mei = server.person()
    group = server.group(bot="restricted")
    chosen = Reply(command="language zh-Hant", message=make_message("chosen"), chosen="zh-Hant")
    async with Stage(server) as stage:
        assert await stage.platform.answer(told(group), chosen) == Refused("no_rights")
        await until(lambda: menus_in(group, mei) == [["Read here (zh-Hant)"]])


async def test_menus_follow_a_group_that_moves_and_not_one_that_begins_anew(server: BotApiServer) -> None:
    """The supergroup has the menus of the group that it was; where the bot is added again, those of before go."""
    mei = server.person()
    group = server.group(kind="group")
    chosen = Reply(command="language zh-Hant", message=make_message("chosen"), chosen="zh-Hant")
    async with Stage(server) as stage:
        await stage.platform.answer(told(group), chosen)
        await until(lambda: menus_in(group, mei) == [["Read here (zh-Hant)"]])
        new = group.migrates(mei)
        await until(lambda: menus_in(new, mei) == [["Read here (zh-Hant)"]])
        greeting = Reply(command="added", message=make_message("hello"))
        await stage.platform.answer(told(new, happening=Happening.ADDED), greeting)
        await until(lambda: menus_in(new, mei) == [["Read here (en)"]])


async def test_the_menus_of_one_chat_never_mix(server: BotApiServer) -> None:
    """A language chosen while an earlier menu is still being taken away, slowly, is there in the end, whole."""
    ada = server.person()
    group = server.group()
    group.adds(ada, "administrator")
    async with Stage(server) as stage:
        server.faults.delay(0.3, method="deleteMyCommands")
        stage.platform._menus.wish(str(group.id), None)
        await until(lambda: stage.called("deleteMyCommands"))
        stage.platform._menus.wish(str(group.id), "zh-Hant")
        await until(lambda: len(stage.called("setMyCommands")) == MENUS + 2)
        assert len(stage.called("deleteMyCommands")) == 2
        assert menus_in(group, ada) == [["Here (zh-Hant)", "Read here (zh-Hant)"]]


@pytest.mark.parametrize("told", [True, False])
async def test_a_menu_on_its_way_follows_a_move(server: BotApiServer, told: bool) -> None:
    """A group that moves before its menu is set gets it where it is, whether the move was told or only met."""
    mei = server.person()
    group = server.group(kind="group")
    async with Stage(server) as stage:
        server.faults.delay(0.2, method="setMyCommands", times=1)
        stage.platform._menus.wish(str(group.id), "zh-Hant")
        await until(lambda: len(stage.called("setMyCommands")) == MENUS + 1)
        new = group.migrates(mei, ("to", "from", "left") if told else ())
        await until(lambda: menus_in(new, mei) == [["Read here (zh-Hant)"]])


async def test_a_channel_and_an_unknown_language_have_no_menus_of_their_own(server: BotApiServer) -> None:
    """Nobody types commands in a channel's menu; a language without words of ours shows the general one."""
    channel, mei = (
        server.group(kind="channel", bot="administrator", can_post_messages=True),
        server.person(started=True),
    )
    async with Stage(server) as stage:
        server.ledger.forget()
        for ask, language in (
            (make_ask(channel.id, kind=ChatKind.CHANNEL), "zh-Hant"),
            (make_ask(mei.id), "fr"),
        ):
            reply = Reply(command="language", message=make_message("chosen"), chosen=language)
            assert isinstance(await stage.platform.answer(ask, reply), Sent)
        await asyncio.sleep(0.05)
        assert stage.called("setMyCommands") == []


async def test_many_wishes_wait_their_turn(server: BotApiServer) -> None:
    """A crowd that chooses at once gets its menus a few at a time, each the latest that it wished for."""
    crowd = [server.person(started=True) for _ in range(30)]
    async with Stage(server) as stage:
        server.faults.delay(0.002, method="setMyCommands")
        for language in ("zh-Hans", "zh-Hant"):
            reply = Reply(command="x", message=make_message("chosen"), chosen=language)
            await asyncio.gather(*(stage.platform.answer(make_ask(person.id), reply) for person in crowd))
        await until(lambda: all(menu_of(person)[0] == "Read (zh-Hant)" for person in crowd))


def as_moderator(ask: Ask) -> Reply:
    """Answers somebody who moderates in Traditional Chinese, until they say that they do so no more."""
    moderates = None if ask.text == "removed" else "zh-Hant"
    return Reply(command=ask.text, message=make_message("answered"), moderates=moderates)


async def test_a_moderators_menu_holds_their_commands(server: BotApiServer) -> None:
    """From their first word on, in their language, set once; nobody else's app shows them."""
    wing, ada = server.person(), server.person()
    async with Stage(server, reply=as_moderator) as stage:
        for _ in range(3):
            wing.says("/queue")
            await wing.waits("answered")
        await until(lambda: menu_of(wing) == ["Announce (zh-Hant)", "Read (zh-Hant)"])
        assert menu_of(ada) == ["Read (en)", "Language (en)"]
        scopes = [parameters["scope"]["type"] for parameters in stage.called("setMyCommands")]
        assert scopes.count("chat") == 1


async def test_a_menu_follows_who_moderates_no_more(server: BotApiServer) -> None:
    """With the next answer it is a reader's again, in the same language."""
    wing = server.person()
    async with Stage(server, reply=as_moderator):
        wing.says("/queue")
        await until(lambda: menu_of(wing) == ["Announce (zh-Hant)", "Read (zh-Hant)"])
        wing.says("removed")
        await until(lambda: menu_of(wing) == ["Read (zh-Hant)", "Language (zh-Hant)"])


async def test_a_moderator_who_chooses_a_language_keeps_their_commands(server: BotApiServer) -> None:
    """The menu is in the language that was chosen; who forgets everything has the general one."""
    wing = server.person()
    async with Stage(server, reply=as_moderator) as stage:
        stage.reply = lambda ask: Reply(
            command=ask.text, message=make_message("chosen"), chosen="zh-Hans", moderates="zh-Hans"
        )
        wing.says("/language zh-Hans")
        await until(lambda: menu_of(wing) == ["Announce (zh-Hans)", "Read (zh-Hans)"])
        stage.reply = lambda _: Reply(command="forget_me", message=make_message("forgotten"), forgets=True)
        wing.says("/forget_me")
        await until(lambda: menu_of(wing) == ["Read (en)", "Language (en)"])
