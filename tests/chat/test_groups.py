"""In a group: admins set it, asked freshly; everybody else gets a panel, a refusal now and then, or silence."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.chat.gate import MOST_AT_ONCE, Gate
from bot.chat.sparing import PANELS_AT_ONCE, Sparing
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.speech import Ask, Reply
from tests.chat.stage import NAME, House, ask, house

GROUP = "group"


def said(number: int, text: str, *, speaker: str = "ada", topic: str | None = None, pressed: bool = False) -> Ask:
    """One thing said in the group."""
    panel = "message-1" if pressed else None
    return ask(
        number, text, chat=GROUP, kind=ChatKind.GROUP, speaker=speaker, topic=topic, pressed=pressed, panel=panel
    )


def words(replies: Sequence[Reply]) -> str:
    """All that is shown."""
    return "\n".join(reply.message.text for reply in replies if reply.message)


def commands(reply: Reply) -> list[str]:
    """What its buttons stand for."""
    assert reply.message
    return [choice.command or choice.url or "" for row in reply.message.choices for choice in row]


async def chosen(stage: House) -> Updates | None:
    """Which updates the group gets."""
    kept = await stage.kept(GROUP)
    return kept.updates if kept else None


async def test_an_admin_sets_the_group_and_a_member_does_not() -> None:
    """Each word is asked about: promoted, demoted and promoted again counts at once."""
    async with house() as stage:
        assert words(await stage.say(said(1, "updates all"))) == "Only admins can do that here."
        assert await chosen(stage) is None
        stage.network.admins.add((GROUP, "ada"))
        assert "Updates: all." in words(await stage.say(said(2, "updates all")))
        assert await chosen(stage) is Updates.ALL
        stage.network.admins.clear()
        await stage.say(said(3, "updates off"))
        assert await chosen(stage) is Updates.ALL


async def test_without_the_networks_word_nothing_is_set() -> None:
    """A network that fails or says nothing in time is a no."""
    async with house() as stage:
        stage.network.admins.add((GROUP, "ada"))
        stage.network.word = RuntimeError("a fault of the platform")
        await stage.say(said(1, "updates all"))
        assert await chosen(stage) is None
        stage.network.word = None
        await stage.say(said(2, "updates all"))
        assert await chosen(stage) is Updates.ALL


async def test_a_network_that_never_answers_is_waited_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is a no, also for those who wait for a place in the queue."""
    monkeypatch.setattr("bot.chat.gate.PATIENCE_SECONDS", 0.2)
    async with house() as stage:
        stage.network.word = asyncio.Event()
        crowd = [said(number, "updates all", speaker=f"person-{number}") for number in range(MOST_AT_ONCE * 2)]
        assert words(await stage.say(*crowd)).count("Only admins") == 1
        assert len(stage.network.words) == MOST_AT_ONCE
        assert await chosen(stage) is None


async def test_only_what_needs_it_is_asked_about() -> None:
    """Reading, remarks and private chats ask the network nothing; a speaker who is not named is nobody."""
    async with house() as stage:
        await stage.say(
            said(1, "read 2"), said(2, "hello"), ask(3, "updates all"), replace(said(4, "quiet off"), speaker=None)
        )
        assert stage.network.words == []


async def test_one_person_is_asked_about_once_at_a_time() -> None:
    """Fifty words of one person while the network thinks are one question; the other person's is another."""
    async with house() as stage:
        stage.network.word = gate = asyncio.Event()
        stage.network.admins.add((GROUP, "ada"))
        hearing = asyncio.create_task(
            stage.conversation.hear(
                [*(said(number, "updates all") for number in range(50)), said(99, "updates off", speaker="eve")]
            )
        )
        await stage.until(lambda _: len(stage.network.words) == 2)
        gate.set()
        await hearing
        await stage.conversation.drain()
        assert sorted(stage.network.words) == [(GROUP, "ada"), (GROUP, "eve")]
        assert await chosen(stage) is Updates.ALL


async def test_others_are_answered_while_the_network_thinks() -> None:
    """A slow word about one group holds no other chat of the same batch, and keeps that group's order."""
    async with house() as stage:
        stage.network.word = gate = asyncio.Event()
        stage.network.admins.add((GROUP, "ada"))
        hearing = asyncio.create_task(
            stage.conversation.hear([said(1, "updates all"), said(2, "read 2"), ask(3, "read 4", chat="eve")])
        )
        await stage.until(lambda _: stage.network.commands("eve"))
        assert stage.network.commands(GROUP) == []
        gate.set()
        await hearing
        await stage.conversation.drain()
        assert stage.network.commands(GROUP) == ["updates all", "read 2"]


async def test_refusals_cannot_be_used_to_flood() -> None:
    """A line a minute at most, whoever asks; a press gets its toast each time, and no panel changes."""
    async with house() as stage:
        assert len(await stage.say(*(said(number, "settings", speaker=f"p{number}") for number in range(20)))) == 1
        toasts = await stage.say(*(said(100 + number, "updates off", pressed=True) for number in range(20)))
        assert [(reply.message, reply.toast) for reply in toasts] == [(None, "Only admins can do that here.")] * 20
        await stage.clock.sleep(61)
        assert len(await stage.say(*(said(200 + number, "settings") for number in range(20)))) == 1
        assert await stage.owed() == []


async def test_panels_cannot_be_used_to_flood() -> None:
    """A few panels at once and one each twenty seconds; an admin's settings are answered all the same."""
    async with house() as stage:
        stage.network.admins.add((GROUP, "ada"))
        panels = await stage.say(*(said(number, "read 2", speaker="eve") for number in range(30)))
        assert len(panels) == PANELS_AT_ONCE
        assert len(await stage.say(said(100, "settings"))) == 1
        await stage.clock.sleep(21)
        assert len(await stage.say(*(said(200 + number, "read 2") for number in range(30)))) == 1


async def test_without_sparing_the_group_would_be_flooded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above see it where every answer is allowed."""
    monkeypatch.setattr(Sparing, "allows", lambda *_: True)
    async with house() as stage:
        assert len(await stage.say(*(said(number, "settings") for number in range(20)))) == 20


async def test_without_the_gate_a_member_would_set_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above see it where the network is not asked."""

    async def wave_through(_: Gate, ask: Ask) -> Ask:
        return replace(ask, may_set=True)

    monkeypatch.setattr(Gate, "check", wave_through)
    async with house() as stage:
        await stage.say(said(1, "updates all"))
        assert await chosen(stage) is Updates.ALL


async def test_reading_there_is_one_panel_and_a_way_out() -> None:
    """The part's mark, whose words it is, and a link that opens the part in a private chat."""
    async with house() as stage:
        (reply,) = await stage.say(said(1, "read 2.3"))
        assert reply.message
        assert reply.message.text.startswith("2/4 · ")
        assert "published" in reply.message.text
        assert commands(reply) == ["https://t.me/a_bot?start=part-2"]
        (reply,) = await stage.say(said(2, "start lang-zh-Hant_part-3"))
        assert commands(reply) == ["https://t.me/a_bot?start=part-3"]
        (reply,) = await stage.say(said(3, "contents"))
        assert reply.message
        assert "/4" not in reply.message.text
        assert await stage.kept(GROUP) == Chat(address=Address(NAME, GROUP), kind=ChatKind.GROUP)


async def test_where_no_link_carries_it_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link without the payload, or none at all, leaves the reader with what to type."""
    for link, buttons in (("https://matrix.to/#/@bot:example.org", 1), (None, 0)):
        async with house() as stage:
            network = replace(stage.guide.networks[NAME], link={"part-3": link}.get)
            monkeypatch.setitem(stage.guide.networks, NAME, network)
            (reply,) = await stage.say(said(1, "read 3"))
            assert "type /read 3." in words([reply])
            assert len(commands(reply)) == buttons


async def test_the_group_is_spoken_to_in_its_own_language() -> None:
    """Never in the speaker's: the default one until an admin chooses, then that."""
    async with house() as stage:
        stage.network.admins.add((GROUP, "ada"))
        mine = replace(said(1, "settings", speaker="eve"), reports="zh-hans")
        assert words(await stage.say(mine)) == "Only admins can do that here."
        assert "語言：繁體中文。" in words(await stage.say(said(2, "language zh-Hant")))
        assert "這個對話的設定" in words(await stage.say(replace(said(3, "settings"), reports="en")))


async def test_a_panel_there_offers_only_what_a_group_has() -> None:
    """Settings without a close button or a place, and every button is refused to a member."""
    async with house() as stage:
        stage.network.admins.add((GROUP, "ada"))
        (panel,) = await stage.say(said(1, "settings"))
        offered = commands(panel)
        assert "close" not in offered
        assert not any(command.startswith("read") for command in offered)
        pressed = [said(10 + at, command, speaker="eve", pressed=True) for at, command in enumerate(offered)]
        refused = await stage.say(*pressed)
        assert {(reply.message, reply.toast) for reply in refused} == {(None, "Only admins can do that here.")}
        done = await stage.say(*(said(50 + at, command, pressed=True) for at, command in enumerate(offered)))
        assert all(reply.message for reply in done)


async def test_updates_go_to_the_topic_that_is_chosen() -> None:
    """``here`` binds them, ``here off`` unbinds; said outside a topic it says so."""
    async with house() as stage:
        stage.network.admins.add((GROUP, "ada"))
        assert "no topic" in words(await stage.say(said(1, "here")))
        assert "this topic" in words(await stage.say(said(2, "here", topic="12")))
        kept = await stage.kept(GROUP)
        assert kept
        assert kept.topic == "12"
        (panel,) = await stage.say(said(3, "settings", topic="12"))
        assert "one topic" in words([panel])
        assert "here off" in commands(panel)
        await stage.say(said(4, "here", topic="13", speaker="eve"))
        await stage.say(said(5, "here off", pressed=True))
        kept = await stage.kept(GROUP)
        assert kept
        assert kept.topic is None


async def test_an_admin_has_the_group_forgotten() -> None:
    """Its row and the bot's messages go, and the bot stays without a word; a member cannot."""
    async with house() as stage:
        await stage.say(said(1, "read 2", speaker="eve"))
        await stage.say(said(2, "forget_me", speaker="eve"))
        assert await stage.kept(GROUP)
        stage.network.admins.add((GROUP, "ada"))
        (reply,) = await stage.say(said(3, "forget_me"))
        assert reply.forgets
        assert not reply.leaves
        assert reply.withdraws == ("message-2", "message-1")
        assert await stage.kept(GROUP) is None
        assert await stage.say(said(4, "my_data"), said(5, "hello")) == []
        assert await stage.kept(GROUP) is None


async def test_two_admins_at_once_leave_one_of_their_choices() -> None:
    """Both are answered, in the order in which they were heard, and the later one stands."""
    async with house() as stage:
        stage.network.admins |= {(GROUP, "ada"), (GROUP, "eve")}
        await stage.say(said(1, "updates all"), said(2, "updates urgent", speaker="eve"))
        assert stage.network.commands(GROUP) == ["updates all", "updates urgent"]
        assert await chosen(stage) is Updates.URGENT


async def test_words_of_last_month_are_harmless() -> None:
    """Any button that ever was, pressed by anybody, gets an answer and changes nothing of the group."""
    async with house() as stage:
        await stage.say(said(1, "read 1"))
        before = await stage.kept(GROUP)
        old = (
            "read 2",
            "contents",
            "close",
            "my_data",
            "next",
            "forget_me",
            "updates off",
            "in 1 updates off",
            "",
            "x" * 64,
        )
        replies = await stage.say(*(said(10 + at, text, pressed=True) for at, text in enumerate(old)))
        assert all(reply.toast and reply.message is None and not reply.closes for reply in replies)
        assert len(replies) == len(old)
        assert await stage.kept(GROUP) == before
