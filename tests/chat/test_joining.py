"""The bot comes and goes: it greets once, is set by admins alone, and goes where it is of no use."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.chat import joining
from bot.chat.joining import IDLE_HOURS, MOST_AN_HOUR
from bot.model.delivery import Gone, Moved, Refused
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.speech import Ask, Happening, Reply
from tests.chat.stage import NAME, House, ask, house, told

ADDED, LEFT, MUTED = Happening.ADDED, Happening.LEFT, Happening.MUTED
ALLOWED, MOVED = Happening.ALLOWED, Happening.MOVED
GROUP, CHANNEL, HOST = "group", "channel", "ada"
WEEK = IDLE_HOURS * 3600
CROWD = 5_000


def in_channel(number: int, happening: Happening) -> Ask:
    """What happens to the channel; that the bot was added is told in the host's private chat."""
    if happening is ADDED:
        return told(number, ADDED, chat=HOST, kind=ChatKind.PRIVATE, about=CHANNEL)
    return told(number, happening, chat=CHANNEL, kind=ChatKind.CHANNEL)


def posted(number: int, text: str, *, may_set: bool | None = True) -> Ask:
    """What the channel itself says."""
    said = ask(number, text, chat=CHANNEL, kind=ChatKind.CHANNEL, speaker="channel")
    return Ask(**{name: getattr(said, name) for name in said.__slots__} | {"may_set": may_set})


def commands(replies: Sequence[Reply]) -> list[str]:
    """What the buttons stand for."""
    return [
        choice.command or "" for reply in replies if reply.message for row in reply.message.choices for choice in row
    ]


async def number_of(stage: House, chat: str) -> int | None:
    """A chat's row id."""
    return await stage.store.do(lambda tx: tx.chats.number(Address(NAME, chat)))


class TestGroups:
    """Groups and rooms."""

    async def test_the_greeting_is_three_neutral_lines_with_the_choices(self) -> None:
        """What it does, what it reads, who may set it; in the default language, the others by their own names."""
        async with house() as stage:
            (reply,) = await stage.say(told(1, ADDED, chat=GROUP))
            assert reply.message
            assert len(reply.message.text.splitlines()) == 3
            assert commands([reply]) == [
                *("language en", "language zh-Hans", "language zh-Hant", "updates all", "updates urgent"),
            ]
            stage.network.admins.add((GROUP, "eve"))
            await stage.say(ask(2, "updates all", chat=GROUP, kind=ChatKind.GROUP, speaker="eve", pressed=True))
            kept = await stage.kept(GROUP)
            assert kept
            assert (kept.kind, kept.updates) == (ChatKind.GROUP, Updates.ALL)
            assert kept.joined is not None

    async def test_a_room_that_is_not_encrypted_is_told_so(self) -> None:
        """Within the same three lines."""
        async with house() as stage:
            (reply,) = await stage.say(told(1, ADDED, chat=GROUP, encrypted=False))
            assert reply.message
            assert "not encrypted" in reply.message.text
            assert len(reply.message.text.splitlines()) == 3

    async def test_a_group_is_greeted_once(self) -> None:
        """The same event again, or another one of the same kind, says nothing; coming anew does."""
        async with house() as stage:
            assert len(await stage.say(told(1, ADDED, chat=GROUP), told(1, ADDED, chat=GROUP))) == 1
            assert await stage.say(told(2, ADDED, chat=GROUP)) == []
            assert await stage.say(told(3, LEFT, chat=GROUP)) == []
            assert await stage.kept(GROUP) is None
            assert len(await stage.say(told(4, ADDED, chat=GROUP))) == 1

    async def test_a_greeting_that_a_kill_swallowed_is_given(self) -> None:
        """It is owed, and said by the next run as it would have been, once."""
        async with house() as stage:
            stage.network.verdicts[GROUP].append(asyncio.Event())
            await stage.conversation.hear([told(1, ADDED, chat=GROUP)])
            await stage.conversation.close()
            given = len(stage.network.given)
            conversation = stage.restart()
            await conversation.resume()
            await conversation.hear([told(1, ADDED, chat=GROUP)])
            await conversation.drain()
            assert len(stage.network.given) == given + 1
            assert commands(stage.network.replies[-1:])

    async def test_who_is_removed_is_forgotten_with_all_choices(self) -> None:
        """Nothing is kept of a group that the bot is not in."""
        async with house() as stage:
            stage.network.admins.add((GROUP, "ada"))
            said = ask(2, "updates all", chat=GROUP, kind=ChatKind.GROUP, speaker="ada")
            await stage.say(told(1, ADDED, chat=GROUP), said)
            await stage.say(told(3, LEFT, chat=GROUP))
            assert await stage.kept(GROUP) is None

    async def test_muted_is_noted_and_taken_back(self) -> None:
        """Choices stay as they are; a chat of which nothing is kept gets no row by it."""
        async with house() as stage:
            await stage.say(told(1, ADDED, chat=GROUP), told(2, MUTED, chat=GROUP), told(3, MUTED, chat="elsewhere"))
            kept = await stage.kept(GROUP)
            assert kept
            assert kept.muted
            assert await stage.kept("elsewhere") is None
            await stage.say(told(4, ALLOWED, chat=GROUP))
            kept = await stage.kept(GROUP)
            assert kept
            assert not kept.muted

    async def test_a_silence_that_ran_out_untold_is_over_with_the_first_answer(self) -> None:
        """No network tells that a restriction has run out; an answer that arrives shows it."""
        async with house() as stage:
            await stage.say(told(1, ADDED, chat=GROUP), told(2, MUTED, chat=GROUP))
            stage.network.verdicts[GROUP].append(Refused("no_rights"))
            await stage.say(ask(3, "read", chat=GROUP, kind=ChatKind.GROUP, speaker="ada"))
            kept = await stage.kept(GROUP)
            assert kept
            assert kept.muted
            await stage.say(ask(4, "read", chat=GROUP, kind=ChatKind.GROUP, speaker="ada"))
            kept = await stage.kept(GROUP)
            assert kept
            assert not kept.muted

    async def test_a_group_that_moves_keeps_its_choices(self) -> None:
        """Told by the network, or found out by an answer: the row is at the new address, and no old one is left."""
        async with house() as stage:
            stage.network.admins.add((GROUP, "ada"))
            await stage.say(told(1, ADDED, chat=GROUP))
            stage.network.verdicts[GROUP].append(Moved(Address(NAME, "super")))
            said = ask(2, "updates urgent", chat=GROUP, kind=ChatKind.GROUP, speaker="ada", pressed=True, panel="old")
            await stage.say(said)
            assert await stage.owed() == []
            moved = told(3, MOVED, chat=GROUP, about="super")
            assert await stage.say(moved, told(4, LEFT, chat=GROUP), told(5, ADDED, chat="super")) == []
            kept = await stage.kept("super")
            assert kept
            assert kept.updates is Updates.URGENT
            assert await stage.kept(GROUP) is None
            assert [(native, command) for native, command, _ in stage.network.given[1:]] == [
                (GROUP, "updates urgent"),
                ("super", "updates urgent"),
            ]

    async def test_a_network_that_moves_a_chat_for_ever_is_given_up(self) -> None:
        """One move is followed within an answer; the next one ends it."""
        async with house() as stage:
            stage.network.verdicts["ada"].append(Moved(Address(NAME, "eve")))
            stage.network.verdicts["eve"].append(Moved(Address(NAME, "ada")))
            await stage.say(ask(1, "read 2"))
            assert len(stage.network.given) == 2
            assert await stage.owed() == []

    async def test_an_answer_to_a_group_that_is_gone_ends_it(self) -> None:
        """No event told it, and still nothing is kept."""
        async with house() as stage:
            stage.network.verdicts[GROUP].append(Gone())
            await stage.say(told(1, ADDED, chat=GROUP))
            assert await stage.kept(GROUP) is None

    async def test_it_leaves_after_a_week_without_a_choice(self) -> None:
        """With one neutral line and no row; not a moment earlier, and not where somebody chose."""
        async with house() as stage:
            stage.network.admins.add(("busy", "ada"))
            await stage.say(told(1, ADDED, chat=GROUP), told(2, ADDED, chat="busy"))
            await stage.say(ask(3, "updates off", chat="busy", kind=ChatKind.GROUP, speaker="ada"))
            await stage.clock.sleep(WEEK)
            await stage.conversation.leave_idle()
            assert await stage.kept(GROUP)
            await stage.clock.sleep(3600)
            before = len(stage.network.replies)
            await stage.conversation.leave_idle()
            await stage.conversation.leave_idle()
            await stage.conversation.drain()
            (reply,) = stage.network.replies[before:]
            assert reply.leaves
            assert reply.forgets
            assert reply.message
            assert await stage.kept(GROUP) is None
            assert await stage.kept("busy")

    async def test_a_choice_in_the_last_moment_keeps_it(self) -> None:
        """What the clock told is looked at again in the transaction that would leave."""
        async with house() as stage:
            stage.network.admins.add((GROUP, "ada"))
            await stage.say(told(1, ADDED, chat=GROUP))
            await stage.clock.sleep(WEEK + 3600)
            idle = await stage.store.do(lambda tx: joining.find_idle(tx, stage.clock.now()))
            await stage.say(ask(2, "quiet 22:00-07:00", chat=GROUP, kind=ChatKind.GROUP, speaker="ada"))
            assert await stage.say(*idle) == []
            assert await stage.kept(GROUP)


class TestChannels:
    """A channel is set from the private chat of whoever added the bot, or by the channel itself."""

    async def test_the_host_is_asked_privately_and_nothing_is_posted(self) -> None:
        """Language and updates, each with the channel's number in its command."""
        async with house() as stage:
            replies = await stage.say(in_channel(1, ADDED), in_channel(1, ADDED))
            number = await number_of(stage, CHANNEL)
            assert commands(replies) == [
                *(f"in {number} language {tag}" for tag in ("en", "zh-Hans", "zh-Hant")),
                *(f"in {number} updates {one}" for one in ("all", "urgent")),
                f"in {number} settings",
            ]
            assert {native for native, _, _ in stage.network.given} == {HOST}
            assert await stage.say(in_channel(2, ADDED)) == []

    async def test_the_host_chooses_and_is_checked_each_time(self) -> None:
        """As its admin; demoted, or somebody else, or another channel: refused, and each looks alike."""
        async with house() as stage:
            await stage.say(in_channel(1, ADDED))
            number = await number_of(stage, CHANNEL)
            word = f"in {number} updates urgent"
            stage.network.admins.add((CHANNEL, HOST))
            (reply,) = await stage.say(ask(2, word, pressed=True))
            kept = await stage.kept(CHANNEL)
            assert kept
            assert kept.updates is Updates.URGENT
            assert all(command.startswith(f"in {number} ") for command in commands([reply]))
            stage.network.admins.add((CHANNEL, "eve"))
            await stage.clock.sleep(61)
            (stranger,) = await stage.say(ask(3, f"in {number} updates off", chat="eve"))
            (unknown,) = await stage.say(ask(4, "in 999 updates off", chat="bob"))
            stage.network.admins.clear()
            (demoted,) = await stage.say(ask(5, f"in {number} updates off"))
            assert stranger.message == unknown.message == demoted.message
            assert {stranger.sparing, unknown.sparing, demoted.sparing} == {True}
            assert await stage.kept(CHANNEL) == kept

    async def test_every_choice_can_be_made_from_there(self) -> None:
        """Whatever the settings panel offers works, in the host's language, and only the channel changes."""
        async with house() as stage:
            await stage.say(ask(1, "language zh-Hans"), in_channel(2, ADDED))
            stage.network.admins.add((CHANNEL, HOST))
            number = await number_of(stage, CHANNEL)
            private = await stage.kept(HOST)
            (panel,) = await stage.say(ask(3, f"in {number} settings"))
            assert commands([panel])[-1] == "close"
            walked = set(commands([panel])[:-1])
            at = 10
            while left := [command for command in sorted(walked) if command is not None and not command.endswith("!")]:
                command = left[0]
                walked = (walked - {command}) | {command + "!"}
                (reply,) = await stage.say(ask(at, command, pressed=True))
                at += 1
                assert reply.message
                assert f"频道 {number}" in reply.message.text
                walked |= {one for one in commands([reply]) if one != "close" and one + "!" not in walked}
            assert at > 20
            assert await stage.kept(HOST) == private
            (reply,) = await stage.say(ask(900, f"in {number} quiet 21:00-06:00"))
            (reply,) = await stage.say(ask(901, f"in {number} language zh-Hant"))
            assert reply.chosen is None
            kept = await stage.kept(CHANNEL)
            assert kept
            assert (kept.language, kept.quiet) == ("zh-Hant", "21:00-06:00")

    async def test_what_the_channel_itself_says_is_obeyed(self) -> None:
        """A choice is answered without buttons; before it nothing is posted, not even a panel or a mistake."""
        async with house() as stage:
            await stage.say(in_channel(1, ADDED))
            for number, text in enumerate(
                ("settings", "language", "updates", "quiet soon", "read 2", "help", "hello"), 10
            ):
                assert await stage.say(posted(number, text)) == []
            assert await stage.say(posted(20, "updates off", may_set=False)) != []
            await stage.clock.sleep(61)
            (reply,) = await stage.say(posted(21, "updates all"))
            assert commands([reply]) == []
            kept = await stage.kept(CHANNEL)
            assert kept
            assert kept.updates is Updates.ALL
            assert commands(await stage.say(posted(22, "settings"))) == []

    async def test_the_missing_right_is_named_once(self) -> None:
        """To the host, privately; its return is noted without a word."""
        async with house() as stage:
            await stage.say(in_channel(1, ADDED))
            (reply,) = await stage.say(in_channel(2, MUTED))
            assert reply.message
            assert "Post Messages" in reply.message.text
            assert {native for native, _, _ in stage.network.given} == {HOST}
            assert await stage.say(in_channel(2, MUTED), in_channel(3, MUTED), in_channel(4, ALLOWED)) == []
            assert len(await stage.say(in_channel(5, MUTED))) == 1

    async def test_without_a_host_nobody_is_told(self) -> None:
        """A channel that is entrusted to nobody who is known is muted in silence."""
        async with house() as stage:
            await stage.say(in_channel(1, ADDED))
            await stage.say(ask(2, "forget_me"))
            assert await stage.say(in_channel(3, MUTED)) == []
            kept = await stage.kept(CHANNEL)
            assert kept
            assert kept.muted

    async def test_a_host_who_cannot_be_reached_yet_finds_it_later(self) -> None:
        """``start`` in the private chat offers the channels entrusted to it, and nobody else's."""
        async with house() as stage:
            stage.network.verdicts[HOST].append(Gone())
            await stage.say(in_channel(1, ADDED))
            number = await number_of(stage, CHANNEL)
            assert f"in {number} settings" in commands(await stage.say(ask(2, "start")))
            assert "channel" in (await stage.say(ask(3, "my_data")))[0].message.text  # type: ignore[union-attr]
            assert not [one for one in commands(await stage.say(ask(4, "start", chat="eve"))) if one.startswith("in ")]

    async def test_a_channel_is_left_behind_without_a_trace(self) -> None:
        """By being removed, by its host's word, or by a week without a choice, and then without a post."""
        async with house() as stage:
            await stage.say(in_channel(1, ADDED))
            await stage.say(in_channel(2, LEFT))
            assert await stage.kept(CHANNEL) is None
            await stage.say(in_channel(3, ADDED))
            stage.network.admins.add((CHANNEL, HOST))
            number = await number_of(stage, CHANNEL)
            (reply,) = await stage.say(ask(4, f"in {number} forget_me"))
            assert not reply.forgets
            assert await stage.kept(CHANNEL) is None
            assert await stage.kept(HOST)
            await stage.say(in_channel(5, ADDED))
            await stage.clock.sleep(WEEK + 3600)
            before = len(stage.network.replies)
            await stage.conversation.leave_idle()
            await stage.conversation.drain()
            (reply,) = stage.network.replies[before:]
            assert reply.leaves
            assert reply.message is None


class TestPrivate:
    """One person."""

    async def test_blocking_ends_the_subscription_and_unblocking_does_not_begin_it(self) -> None:
        """The other choices stay; who never subscribed gets no row by it."""
        async with house() as stage:
            private = ChatKind.PRIVATE
            await stage.say(ask(1, "subscribe"), ask(2, "language zh-Hant"))
            await stage.say(told(3, LEFT, chat="ada", kind=private), told(4, LEFT, chat="eve", kind=private))
            await stage.say(told(5, ALLOWED, chat="ada", kind=private))
            kept = await stage.kept("ada")
            assert kept
            assert (kept.updates, kept.language) == (Updates.OFF, "zh-Hant")
            assert await stage.kept("eve") is None

    async def test_an_answer_that_finds_nobody_ends_the_subscription(self) -> None:
        """As blocking does; a place in the statement stays."""
        async with house() as stage:
            await stage.say(ask(1, "subscribe"))
            stage.network.verdicts["ada"].append(Gone())
            await stage.say(ask(2, "read 2"))
            kept = await stage.kept("ada")
            assert kept
            assert kept.updates is Updates.OFF
            assert kept.place

    async def test_a_block_is_heard_from_who_floods(self) -> None:
        """What happens to a chat is never passed over."""
        async with house() as stage:
            await stage.say(ask(1, "subscribe"))
            stage.network.verdicts["ada"].append(asyncio.Event())
            await stage.conversation.hear([ask(number, "help") for number in range(2, 1200)])
            await stage.conversation.hear([told(5000, LEFT, chat="ada", kind=ChatKind.PRIVATE)])
            kept = await stage.kept("ada")
            assert kept
            assert kept.updates is Updates.OFF

    async def test_updates_are_offered_after_part_one_until_a_choice(self) -> None:
        """One tap at the end of part 1, and no more once anything was chosen."""
        async with house() as stage:
            assert "updates all" in commands(await stage.say(ask(1, "read 1")))
            assert "updates all" not in commands(await stage.say(ask(2, "read 2")))
            assert "updates off" in commands(await stage.say(ask(3, "updates all")))
            assert "updates all" not in commands(await stage.say(ask(4, "read 1")))

    async def test_what_is_no_business_of_a_private_chat_is_unknown_there(self) -> None:
        """``here`` has no topic, and an update or an invitation in a payload means nothing yet."""
        async with house() as stage:
            (reply,) = await stage.say(ask(1, "here"))
            assert reply.command == ""
            (reply,) = await stage.say(ask(2, "start update-42_invite-ABC234_part-9_lang-xx"))
            assert reply.command == "start"
            (reply,) = await stage.say(ask(3, "start PART-2_Update-42"))
            assert reply.command == "read 2"

    async def test_what_could_not_be_read_is_answered_with_what_to_do(self) -> None:
        """Once a minute at most."""
        async with house() as stage:
            unreadable = [told(number, Happening.UNREADABLE, chat="ada", kind=ChatKind.PRIVATE) for number in range(10)]
            (reply,) = await stage.say(*unreadable)
            assert reply.message
            assert "Send it again" in reply.message.text


class TestInvitations:
    """More than it may join."""

    async def test_of_a_flood_of_invitations_sixty_are_kept(self) -> None:
        """The rest is left, without a word or a row (S11)."""
        async with house() as stage:
            added = [told(number, ADDED, chat=f"group-{number}") for number in range(CROWD)]
            replies = await stage.say(*added)
            left = [reply for reply in replies if reply.leaves]
            assert (len(replies), len(left)) == (CROWD, CROWD - MOST_AN_HOUR)
            assert {(reply.message, reply.forgets) for reply in left} == {(None, True)}
            rows = await stage.store.do(lambda tx: [tx.chats.find(one.address) for one in added])
            assert len([row for row in rows if row]) == MOST_AN_HOUR
            assert await stage.owed() == []

    @pytest.mark.parametrize("apart", [True, False], ids=["apart", "together"])
    async def test_leaving_makes_nobody_wait(self, apart: bool) -> None:
        """Another chat is answered though the network hangs on every leaving, since those have places of their own."""
        async with house() as stage:
            if not apart:
                stage.conversation._lanes._exits = stage.conversation._lanes._places
            never = asyncio.Event()
            added = [told(number, ADDED, chat=f"group-{number}") for number in range(CROWD)]
            for one in added:
                stage.network.verdicts[one.address.native].append(never)
            await stage.conversation.hear(added)
            await stage.conversation.hear([ask(90_000, "read 2")])
            for _ in range(200):
                await stage.store.do(lambda tx: tx.chats.find(Address(NAME, "ada")))
            assert bool(stage.network.commands("ada")) is apart

    async def test_the_next_hour_has_room_again(self) -> None:
        """And a group that left makes room within the hour."""
        async with house() as stage:
            await stage.say(*(told(number, ADDED, chat=f"group-{number}") for number in range(MOST_AN_HOUR)))
            (reply,) = await stage.say(told(100, ADDED, chat="late"))
            assert reply.leaves
            await stage.say(told(101, LEFT, chat="group-0"))
            (reply,) = await stage.say(told(102, ADDED, chat="lucky"))
            assert not reply.leaves
            await stage.clock.sleep(3600)
            (reply,) = await stage.say(told(103, ADDED, chat="patient"))
            assert not reply.leaves

    async def test_a_channel_too_many_is_left_itself(self) -> None:
        """Not the private chat of whoever added the bot, who hears nothing of it."""
        async with house() as stage:
            await stage.say(*(told(number, ADDED, chat=f"group-{number}") for number in range(MOST_AN_HOUR)))
            (reply,) = await stage.say(in_channel(100, ADDED))
            assert reply.leaves
            assert stage.network.given[-1][0] == CHANNEL
            assert await stage.kept(CHANNEL) is None
            assert await stage.kept(HOST) is None

    async def test_without_the_limit_all_would_stay(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The tests above see it where the limit is lifted."""
        monkeypatch.setattr(joining, "MOST_AN_HOUR", 10**6)
        async with house() as stage:
            replies = await stage.say(*(told(number, ADDED, chat=f"group-{number}") for number in range(100)))
            assert not any(reply.leaves for reply in replies)

    async def test_a_flood_that_a_kill_cut_off_is_left_by_the_next_run(self) -> None:
        """What is owed is to leave, and that it stays."""
        async with house() as stage:
            await stage.say(*(told(number, ADDED, chat=f"group-{number}") for number in range(MOST_AN_HOUR)))
            stage.network.verdicts["late"].append(asyncio.Event())
            await stage.conversation.hear([told(100, ADDED, chat="late")])
            await stage.conversation.close()
            await stage.clock.sleep(7200)
            conversation = stage.restart()
            await conversation.resume()
            await conversation.drain()
            assert stage.network.replies[-1].leaves
            assert await stage.kept("late") is None


async def test_a_chat_keeps_one_row_whatever_its_kind() -> None:
    """A room that a third person enters is a group and loses the reader's place; the language stays."""
    async with house() as stage:
        await stage.say(ask(1, "language zh-Hans", chat="room"), ask(2, "read 2", chat="room"))
        await stage.say(told(3, ALLOWED, chat="room"))
        assert await stage.kept("room") == Chat(address=Address(NAME, "room"), kind=ChatKind.GROUP, language="zh-Hans")
        await stage.say(told(4, ALLOWED, chat="room", kind=ChatKind.PRIVATE))
        assert await stage.kept("room") == Chat(address=Address(NAME, "room"), language="zh-Hans")
