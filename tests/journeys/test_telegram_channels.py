"""The bot in Telegram's channels: its admin is asked in private, and it posts nothing before a choice."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wires.program import TOKEN, Program, configure
from tests.wires.stages.service import Service
from tests.wires.telegram import Group, Person, Seen, ThreadedBotApiServer

PATIENCE = 10.0
ADDED = "an admin of your channel now"
POSTING = {"can_post_messages": True}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ThreadedBotApiServer, Service]]:
    """One program for all these journeys."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        service = Service(configure(tmp_path_factory.mktemp("channels"), server.url))
        try:
            yield server, service
        finally:
            service.end()


@pytest.fixture
def server(running: tuple[ThreadedBotApiServer, Service]) -> Iterator[ThreadedBotApiServer]:
    """At the end the bot has broken no rule of Telegram's, and nothing went wrong inside."""
    server, service = running
    yield server
    assert server.broken_rules() == []
    assert service.complaints() == []


def make_channel(server: ThreadedBotApiServer, *admins: Person) -> Group:
    """A channel of these people's, without the bot."""
    channel = server.group("News", kind="channel", bot=None)
    for admin in admins:
        channel.adds(admin, "administrator", can_post_messages=True, can_change_info=True)
    return channel


def see(place: Person | Group, wanted: str) -> Seen:
    """What comes there of the bot's, with these words."""
    return place.waits_here(wanted, PATIENCE)


def soon(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once it is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_who_adds_it_chooses_in_private(server: ThreadedBotApiServer) -> None:
    """Language and updates are chosen there; the channel sees nothing of it."""
    ada = server.person(started=True)
    channel = make_channel(server, ada)
    channel.adds_bot(ada, "administrator", **POSTING)
    added = see(ada, ADDED)
    ada.presses("All updates")
    see(ada, "Updates: all")
    ada.presses("Settings", added)
    assert "Updates: all" in see(ada, "Settings").text
    assert channel.received == []


def test_who_has_not_started_it_finds_the_channel_later(server: ThreadedBotApiServer) -> None:
    """Nothing can be said to them before; with their first word they are offered the channel."""
    ben = server.person()
    channel = make_channel(server, ben)
    channel.adds_bot(ben, "administrator", **POSTING)
    soon(lambda: [each for each in server.violations if "initiate" in each.description])
    ben.says("/start")
    see(ben, "4 parts")
    ben.presses("Channel")
    see(ben, "Settings")
    assert channel.received == []


def test_the_missing_right_is_named_once(server: ThreadedBotApiServer) -> None:
    """Added without the right to post, and stripped of it later, the bot says privately which right it lacks."""
    ada = server.person(started=True)
    channel = make_channel(server, ada)
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


def test_the_channel_itself_may_command(server: ThreadedBotApiServer) -> None:
    """Before a choice it posts nothing; a choice posted by the channel counts, edits and others' words do not."""
    ada = server.person(started=True)
    channel = make_channel(server, ada)
    channel.adds_bot(ada, "administrator", **POSTING)
    see(ada, ADDED)
    for text in ("good morning", "/settings", "/read", "/about"):
        channel.posts(text)
    channel.edits_post(channel.posts("hello"), "/updates all")
    channel.posts("/language en", sender_chat=make_channel(server).chat.brief)
    channel.posts("/updates urgent")
    posted = see(channel, "urgent")
    assert posted.buttons == []
    assert len(channel.received) == 1
    ada.presses("Settings")
    assert "urgent ones only" in see(ada, "Settings").text


def test_only_the_channels_admin_sets_it(server: ThreadedBotApiServer) -> None:
    """A stranger, a person whom nobody entrusted it to, and its admin once demoted are refused."""
    ada, eve = server.person(started=True), server.person(started=True)
    channel = make_channel(server, ada)
    channel.adds_bot(ada, "administrator", **POSTING)
    added = see(ada, ADDED)
    command = next(each.data for row in added.buttons for each in row if each.data and "settings" in each.data)
    eve.says(f"/{command}")
    assert "somebody else" in see(eve, "channel").text
    channel.adds(ada, "member")
    time.sleep(11)
    ada.says(f"/{command.replace('settings', 'updates all')}")
    assert "somebody else" in see(ada, "channel").text


def test_a_bot_that_is_no_admin_any_more_forgets_the_channel(server: ThreadedBotApiServer) -> None:
    """Demoted or removed, nothing is kept; made admin again, everything is asked anew."""
    ada = server.person(started=True)
    channel = make_channel(server, ada)
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
