"""The bot in Telegram's channels: its admin is asked in private, and it posts nothing before a choice."""

import time
from pathlib import Path

import pytest

from tests.journeys.telegram.house import PATIENCE, House, soon
from tests.wires.program import TOKEN, Program, configure
from tests.wires.telegram import Group, Person, Seen, ThreadedBotApiServer

ADDED = "an admin of your channel now"
POSTING = {"can_post_messages": True}


def see(place: Person | Group, wanted: str) -> Seen:
    """What comes there of the bot's, with these words."""
    return place.waits_here(wanted, PATIENCE)


def test_who_adds_it_chooses_in_private(house: House) -> None:
    """Language and updates are chosen there; the channel sees nothing of it."""
    ada = house.server.person(started=True)
    channel = house.channel(ada)
    channel.adds_bot(ada, "administrator", **POSTING)
    added = see(ada, ADDED)
    ada.presses("All updates")
    see(ada, "Updates: all")
    ada.presses("Settings", added)
    assert "Updates: all" in see(ada, "Settings").text
    assert channel.received == []


def test_who_has_not_started_it_finds_the_channel_later(house: House) -> None:
    """Nothing can be said to them before; with their first word they are offered the channel."""
    ben = house.server.person()
    channel = house.channel(ben)
    channel.adds_bot(ben, "administrator", **POSTING)
    soon(lambda: [each for each in house.server.violations if "initiate" in each.description])
    ben.says("/start")
    see(ben, "4 parts")
    ben.presses("Channel")
    see(ben, "Settings")
    assert channel.received == []


def test_the_missing_right_is_named_once(house: House) -> None:
    """Added without the right to post, and stripped of it later, the bot says privately which right it lacks."""
    ada = house.server.person(started=True)
    channel = house.channel(ada)
    channel.adds_bot(ada, "administrator")
    see(ada, "Post Messages")
    channel.promotes_bot(ada, "administrator", **POSTING)
    channel.promotes_bot(ada)
    see(ada, "Post Messages")
    channel.promotes_bot(ada, can_edit_messages=True)
    ada.says("/help")
    see(ada, "/forget_me")
    assert [("Post Messages" in seen.text) for seen in ada.received].count(True) == 2
    assert channel.received == []


def test_the_channel_itself_may_command(house: House) -> None:
    """Before a choice it posts nothing; a choice posted by the channel counts, edits and others' words do not."""
    ada = house.server.person(started=True)
    channel = house.channel(ada)
    channel.adds_bot(ada, "administrator", **POSTING)
    see(ada, ADDED)
    for text in ("good morning", "/settings", "/read", "/about"):
        channel.posts(text)
    channel.edits_post(channel.posts("hello"), "/updates all")
    channel.posts("/language en", sender_chat=house.channel().chat.brief)
    channel.posts("/updates urgent")
    posted = see(channel, "urgent")
    assert posted.buttons == []
    assert len(channel.received) == 1
    ada.presses("Settings")
    assert "urgent ones only" in see(ada, "Settings").text


def test_only_the_channels_admin_sets_it(house: House) -> None:
    """A stranger, a person whom nobody entrusted it to, and its admin once demoted are refused."""
    ada, eve = house.server.person(started=True), house.server.person(started=True)
    channel = house.channel(ada)
    channel.adds_bot(ada, "administrator", **POSTING)
    added = see(ada, ADDED)
    command = next(each.data for row in added.buttons for each in row if each.data and "settings" in each.data)
    eve.says(f"/{command}")
    assert "not its admin" in see(eve, "channel").text
    channel.adds(ada, "member")
    time.sleep(11)
    ada.says(f"/{command.replace('settings', 'updates all')}")
    assert "not its admin" in see(ada, "channel").text


def test_a_bot_that_is_no_admin_any_more_forgets_the_channel(house: House) -> None:
    """Demoted or removed, nothing is kept; made admin again, everything is asked anew."""
    ada = house.server.person(started=True)
    channel = house.channel(ada)
    for status in ("member", "left", "kicked"):
        channel.adds_bot(ada, "administrator", **POSTING)
        see(ada, ADDED)
        ada.presses("All updates")
        see(ada, "Updates: all")
        channel.promotes_bot(ada, status)
    ada.says("/start")
    assert not [each for row in see(ada, "4 parts").buttons for each in row if "Channel" in each.label]


def invite_many(folder: Path, count: int, patience: float) -> None:
    """So many strangers add the bot to groups at once: sixty are greeted, the rest are left in silence."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        program = Program(configure(folder, server.url)).wait_ready()
        eve, ada = server.person(), server.person()
        groups = [server.group(kind="group", bot=None) for _ in range(count)]
        for group in groups:
            group.adds_bot(eve)
        ada.says("/read 1")
        ada.waits_here("1/4", patience)
        soon(lambda: server.ledger.counts["leaveChat"] == count - 60, patience)
        soon(lambda: sum(bool(group.received) for group in groups) == 60, patience)
        standings = [group.chat.members[server.world.bot["id"]]["status"] for group in groups]
        assert [bool(group.received) for group in groups] == [standing == "member" for standing in standings]
        assert sum(len(group.received) for group in groups) == 60
        assert server.violations == []
        assert program.stop() == 0


def test_many_invitations_are_left(tmp_path: Path) -> None:
    """200 at once."""
    invite_many(tmp_path, 200, 60)


@pytest.mark.figures
@pytest.mark.timeout(900)
def test_5000_invitations_are_left(tmp_path: Path) -> None:
    """The whole of S11's flood of invitations: some 35 a second are left on a busy machine."""
    invite_many(tmp_path, 5000, 600)
