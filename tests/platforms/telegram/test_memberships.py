"""What the bot's new standing in a chat means, and in which order it is told."""

from typing import Any

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening
from bot.platforms.telegram.incoming import Me, understand
from bot.platforms.telegram.memberships import put_moves_first

ME = Me(7, "Solidarity_bot")
BOT = {"id": 7, "is_bot": True, "first_name": "Solidarity"}
ADA = {"id": 5, "is_bot": False, "first_name": "Ada", "language_code": "zh-hant"}
IDS = {"private": 5, "group": -100, "supergroup": -100, "channel": -200}
LEFT, KICKED, MEMBER, CREATOR = ({"status": status} for status in ("left", "kicked", "member", "creator"))
ADMIN = {"status": "administrator", "can_manage_chat": True}
POSTING, SILENT = {**ADMIN, "can_post_messages": True}, {**ADMIN, "can_post_messages": False}
RESTRICTED = {"status": "restricted", "is_member": True, "can_send_messages": False}
SPEAKING = {**RESTRICTED, "can_send_messages": True}
OUTSIDE = {**RESTRICTED, "is_member": False}


def change(kind: str, old: dict[str, Any], new: dict[str, Any], number: int = 11, **more: Any) -> dict[str, Any]:
    """Ada gives the bot another standing."""
    members = {"old_chat_member": {"user": BOT, **old}, "new_chat_member": {"user": BOT, **new}}
    told = {"chat": {"id": IDS[kind], "type": kind}, "from": ADA, "date": 1, **members, **more}
    return {"update_id": number, "my_chat_member": told}


def move(chat: int, number: int, **where: int) -> dict[str, Any]:
    """A service message about a group's move."""
    message = {"message_id": 3, "from": ADA, "chat": {"id": chat, "type": "group"}, "date": 1, **where}
    return {"update_id": number, "message": message}


def happenings(update: dict[str, Any]) -> list[str]:
    """What an update says to have happened."""
    return [str(ask.happening) for ask in understand(update, ME)]


@pytest.mark.parametrize("chat", ["group", "supergroup"])
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (LEFT, MEMBER, ["added"]),
        (KICKED, MEMBER, ["added"]),
        (LEFT, ADMIN, ["added"]),
        (LEFT, SPEAKING, ["added"]),
        (OUTSIDE, MEMBER, ["added"]),
        (LEFT, RESTRICTED, ["added", "muted"]),
        (MEMBER, ADMIN, ["allowed"]),
        (ADMIN, MEMBER, []),
        (MEMBER, MEMBER, []),
        (ADMIN, {**ADMIN, "can_delete_messages": True}, []),
        (MEMBER, RESTRICTED, ["muted"]),
        (ADMIN, RESTRICTED, ["muted"]),
        (SPEAKING, RESTRICTED, ["muted"]),
        (RESTRICTED, RESTRICTED, []),
        (MEMBER, SPEAKING, []),
        (RESTRICTED, MEMBER, ["allowed"]),
        (RESTRICTED, SPEAKING, ["allowed"]),
        (RESTRICTED, ADMIN, ["allowed"]),
        (MEMBER, LEFT, ["left"]),
        (MEMBER, KICKED, ["left"]),
        (RESTRICTED, OUTSIDE, ["left"]),
        (ADMIN, KICKED, ["left"]),
        (KICKED, LEFT, ["left"]),
    ],
)
def test_each_change_in_a_group_has_its_meaning(
    chat: str, old: dict[str, Any], new: dict[str, Any], told: list[str]
) -> None:
    """In a group the bot comes and goes, falls silent and may speak again; other changes mean nothing."""
    asks = understand(change(chat, old, new), ME)
    assert [ask.happening for ask in asks] == told
    assert all(ask.address == Address("telegram", "-100") and ask.kind is ChatKind.GROUP for ask in asks)
    assert all((ask.speaker, ask.text, ask.addressed, ask.may_set) == ("5", "", False, None) for ask in asks)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (LEFT, POSTING, ["added"]),
        (LEFT, SILENT, ["added", "muted"]),
        (MEMBER, POSTING, ["added"]),
        (SILENT, POSTING, ["allowed"]),
        (POSTING, POSTING, []),
        (SILENT, SILENT, []),
        (POSTING, SILENT, ["muted"]),
        (POSTING, MEMBER, ["left"]),
        (POSTING, LEFT, ["left"]),
        (SILENT, KICKED, ["left"]),
    ],
)
def test_each_change_in_a_channel_has_its_meaning(old: dict[str, Any], new: dict[str, Any], told: list[str]) -> None:
    """In a channel the bot is there as an admin or not at all, and speaks by one right."""
    assert happenings(change("channel", old, new)) == told


def test_who_adds_the_bot_to_a_channel_is_told_in_their_own_chat() -> None:
    """The coming is told to the adder, about the channel; that a right is missing is told of the channel itself."""
    added, muted = understand(change("channel", LEFT, SILENT), ME)
    assert (added.address, added.kind) == (Address("telegram", "5"), ChatKind.PRIVATE)
    assert (added.about, added.speaker, added.reports) == (Address("telegram", "-200"), "5", "zh-hant")
    assert (muted.address, muted.kind, muted.about) == (Address("telegram", "-200"), ChatKind.CHANNEL, None)
    assert added.id != muted.id


def test_a_bot_that_adds_the_bot_to_a_channel_is_not_written_to() -> None:
    """A bot cannot be written to."""
    machine: dict[str, Any] = {"from": {**ADA, "is_bot": True}}
    assert happenings(change("channel", LEFT, POSTING, **machine)) == []


def test_letters_to_a_channel_are_no_group() -> None:
    """The chat that holds a channel's letters is passed over."""
    chat = {"id": -300, "type": "supergroup", "is_direct_messages": True}
    assert happenings(change("supergroup", LEFT, ADMIN, chat=chat)) == []


def test_a_private_chat_is_blocked_and_unblocked() -> None:
    """Blocking the bot is its leaving; unblocking lets it speak and asks for nothing."""
    (blocked,) = understand(change("private", MEMBER, KICKED), ME)
    (unblocked,) = understand(change("private", KICKED, MEMBER), ME)
    assert (blocked.happening, unblocked.happening) == (Happening.LEFT, Happening.ALLOWED)
    assert blocked.address == unblocked.address == Address("telegram", "5")
    assert blocked.kind is ChatKind.PRIVATE


def test_both_announcements_of_a_move_mean_the_same() -> None:
    """The old group names the new one, and the new one the old."""
    (to,) = understand(move(-100, 11, migrate_to_chat_id=-900), ME)
    (origin,) = understand(move(-900, 12, migrate_from_chat_id=-100), ME)
    for ask in (to, origin):
        assert (ask.happening, ask.kind) == (Happening.MOVED, ChatKind.GROUP)
        assert (ask.address, ask.about) == (Address("telegram", "-100"), Address("telegram", "-900"))


def test_a_move_goes_before_the_memberships_that_come_with_it() -> None:
    """In whichever order Telegram tells, the move is heard first; commands and other chats keep their places."""
    new: dict[str, Any] = {"chat": {"id": -900, "type": "supergroup"}}
    other: dict[str, Any] = {"chat": {"id": -400, "type": "supergroup"}}
    told = [
        change("group", MEMBER, LEFT, 1),
        change("supergroup", LEFT, RESTRICTED, 2, **new),
        change("supergroup", LEFT, MEMBER, 3, **other),
        {"update_id": 4, "message": {**move(-100, 0)["message"], "text": "/read"}},
        move(-100, 5, migrate_to_chat_id=-900),
        move(-900, 6, migrate_from_chat_id=-100),
        change("group", LEFT, KICKED, 7),
    ]
    asks: list[Ask] = []
    for update in told:
        asks += understand(update, ME)
    assert [ask.id for ask in put_moves_first(asks)] == ["3", "4", "5", "6", "1", "2", "2:muted", "7"]
    assert put_moves_first(asks[:4]) == asks[:4]


def test_an_earlier_stay_ends_before_the_move() -> None:
    """Where the bot was thrown out and added again before the group moved, only the new stay moves along."""
    told = [
        change("group", MEMBER, KICKED, 1),
        change("group", KICKED, MEMBER, 2),
        change("group", MEMBER, LEFT, 3),
        move(-100, 4, migrate_to_chat_id=-900),
    ]
    asks = [ask for update in told for ask in understand(update, ME)]
    assert [ask.id for ask in put_moves_first(asks)] == ["1", "2", "4", "3"]
