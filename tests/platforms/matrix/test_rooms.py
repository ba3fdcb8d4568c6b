"""Coming into rooms: who is greeted, what is heard there and what is not, and how rooms are left."""

from typing import Any

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Happening, Reply
from bot.platforms.matrix import connection, gaps
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage, make_panel
from tests.wires.matrix import Person, Seen

COUNT = 40
"""More than one page of a timeline, where a page has ten."""


async def hears(somebody: Person, room: str, count: int, seconds: float = 30.0) -> list[Seen]:
    """The bot's messages once there are so many; there are no more."""
    seen = await somebody.waits(room, lambda seen: len(seen) >= count and seen, seconds)
    assert seen
    assert len(seen) == count
    return seen


async def test_whoever_invites_the_bot_alone_is_greeted(stage: Stage, meet: Meet) -> None:
    """The bot joins, and hears a start whose id is its own joining."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        (greeting,) = await hears(ada, room, 1)
    joining = [event for event in ada.events(room, "m.room.member") if event["state_key"] == stage.user_id][-1]
    (ask,) = stage.heard
    assert (ask.text, ask.kind, ask.addressed) == ("start", ChatKind.PRIVATE, True)
    assert (ask.id, ask.address) == (joining["event_id"], Address("matrix", room))
    assert greeting.body.startswith("you said start")
    assert (greeting.msgtype, greeting.mentions, greeting.encrypted) == ("m.notice", {}, True)


async def test_a_room_of_several_is_heard_only_where_it_asks(stage: Stage, meet: Meet) -> None:
    """No greeting; what is not addressed never reaches the rules."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.creates(invites=[stage.user_id, ben.user_id])
        await ada.until(lambda: ada.members[room].get(stage.user_id) == "join", "the bot joins")
        await ben.until(lambda: room in ben.invitations, "ben is invited")
        await ben.joins(room)
        await ada.until(lambda: ada.members[room].get(ben.user_id) == "join", "ben joins")
        await ada.says(room, "read 1")
        await ada.says(room, "Solidarity en: read 2")
        await ben.says(room, "!read 3")
        await ada.waits(room, lambda seen: len([one for one in seen if one.sender == stage.user_id]) == 2)
    assert sorted((ask.text, ask.kind, ask.speaker) for ask in stage.heard) == [
        ("read 2", ChatKind.GROUP, ada.user_id),
        ("read 3", ChatKind.GROUP, ben.user_id),
    ]
    assert [one.keys for one in ada.sees(room) if one.sender == stage.user_id] == [[], []]


async def test_a_third_person_ends_the_privacy(stage: Stage, meet: Meet) -> None:
    """A pending invitation counts: bare words are not heard any more."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.opens(stage.user_id, encrypted=False)
        await hears(ada, room, 1)
        await ada.invites(room, ben.user_id)
        await ada.says(room, "read 1")
        await ada.says(room, "!read 2")
        await hears(ada, room, 2)
    assert [(ask.text, ask.kind) for ask in stage.heard[1:]] == [("read 2", ChatKind.GROUP)]


async def test_nothing_from_before_the_invitation_is_heard(stage: Stage, meet: Meet) -> None:
    """Even where the room shows its past; what was said between invitation and joining is heard."""
    ada = await meet("ada")
    room = await ada.creates(invites=[], encrypted=False)
    await ada.sets_state(room, "m.room.history_visibility", {"history_visibility": "world_readable"})
    await ada.says(room, "!read 1")
    await ada.invites(room, stage.user_id)
    await ada.says(room, "!read 2")
    async with stage:
        await hears(ada, room, 2)
    assert [ask.text for ask in stage.heard] == ["read 2", "start"]


async def test_notices_edits_and_itself_are_not_heard(stage: Stage, meet: Meet) -> None:
    """Two bots in a room do not talk for ever."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id, encrypted=False)
        await hears(ada, room, 1)
        said = await ada.says(room, "!read 1")
        await ada.sends(room, "m.room.message", {"msgtype": "m.notice", "body": "!read 2"})
        await ada.edits(room, said, "!read 3")
        await ada.says(room, "!read 4")
        await hears(ada, room, 3)
    assert stage.texts == ["read 1", "read 4"]


async def test_a_thread_is_answered_in_it(stage: Stage, meet: Meet) -> None:
    """The root is the topic; the answer stands under it."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        root = await ada.says(room, "a thought")
        said = await ada.says(room, "!read 1", thread=root)
        answers = await hears(ada, room, 3)
    assert stage.heard[-1].address == Address("matrix", room, root)
    assert [(one.thread_root, one.reply_to) for one in answers] == [(None, None), (None, None), (root, said)]


async def test_a_mention_in_a_thread_of_several_is_answered_there(stage: Stage, meet: Meet) -> None:
    """As Element sends it: a pill in the HTML, the person in ``m.mentions``, the thread in the open."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.creates(invites=[stage.user_id, ben.user_id])
        await ada.until(lambda: ada.members[room].get(stage.user_id) == "join", "the bot joins")
        root = await ada.says(room, "a thought")
        pill = f'<a href="https://matrix.to/#/{stage.user_id}">The bot</a>: read 1'
        said = await ada.says(room, "The bot: read 1", thread=root, mentions=[stage.user_id], formatted=pill)
        (answer,) = await hears(ada, room, 1)
    assert (answer.thread_root, answer.reply_to, answer.keys) == (root, said, [])
    assert [(ask.text, ask.address.topic, ask.kind) for ask in stage.heard] == [("read 1", root, ChatKind.GROUP)]


async def test_a_room_in_which_nobody_is_left_is_left(stage: Stage, meet: Meet) -> None:
    """And forgotten: no row names it or whoever was there."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.opens(stage.user_id)
        other = await ben.opens(stage.user_id)
        await hears(ada, room, 1)
        await hears(ben, other, 1)
        await ada.leaves(room)
        await stage.wait_for(lambda: not stage.is_in(room))
        await stage.wait_for(lambda: stage.knows_nothing_of(room))
    assert [ask.happening for ask in stage.happened] == [Happening.LEFT]
    assert stage.find(room) == []
    assert stage.find(ada.user_id) == []
    assert stage.find(ben.user_id) == ["devicekeys"]


async def test_whoever_may_not_invite_is_declined(stage: Stage, meet: Meet) -> None:
    """By the homeserver's name; the inviter is told at once."""
    stage.options["invites"] = {"allow_servers": ["*.example.org"]}
    ada = await meet("ada")
    async with stage:
        room = await ada.creates(invites=[stage.user_id])
        await ada.until(lambda: ada.members[room].get(stage.user_id) == "leave", "the bot declines")
    assert stage.heard == []
    assert stage.find(ada.user_id) == []


async def test_more_invitations_than_an_hour_allows_wait(stage: Stage, meet: Meet) -> None:
    """They are neither accepted nor declined, and are not lost by a restart."""
    stage.options["invites"] = {"per_hour": 1}
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        first = await ada.opens(stage.user_id, encrypted=False)
        await hears(ada, first, 1)
        second = await ben.creates(invites=[stage.user_id], encrypted=False)
        for count in (2, 3):
            await ada.says(first, "!read 1")
            await hears(ada, first, count)
        assert ben.members[second][stage.user_id] == "invite"
    stage.options["invites"] = {"per_hour": 60}
    async with stage:
        await hears(ben, second, 1)


async def test_a_long_absence_loses_nothing(stage: Stage, meet: Meet, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a timeline holds was said meanwhile: all of it is heard, once and in order."""
    monkeypatch.setitem(connection.SYNC_FILTER["room"]["timeline"], "limit", 10)
    monkeypatch.setattr(gaps, "PAGE", 10)
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    for number in range(COUNT):
        await ada.says(room, f"!read {number}")
    stage.reply = lambda ask: Reply(command=ask.text, message=make_panel(ask.text))
    async with stage:
        await hears(ada, room, COUNT + 1, 60)
    assert stage.texts == [f"read {number}" for number in range(COUNT)]


async def test_a_restart_hears_nothing_again(stage: Stage, meet: Meet) -> None:
    """And begins where it ended."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
    for count, text in enumerate(("read 1", "read 2"), 2):
        async with stage:
            await ada.says(room, text)
            await hears(ada, room, count)
    assert stage.texts == ["read 1", "read 2"]
    assert ada.unreadable == []


STRANGE: list[tuple[str, dict[str, Any]]] = [
    ("m.room.message", {"msgtype": "m.odd", "body": ""}),
    ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"}),
    ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s", "ciphertext": ["x"]}),
    ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "key": "➡️"}}),
    ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
    ("m.call.invite", {"version": []}),
]


async def test_no_strange_event_stops_the_bot(stage: Stage, meet: Meet) -> None:
    """The next command is heard; what only looks like state changes nothing."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id, encrypted=False)
        await hears(ada, room, 1)
        for kind, content in STRANGE:
            await ada.sends(room, kind, content)
        await ada.says(room, "!read 1")
        answers = await hears(ada, room, 2)
    assert stage.texts == ["read 1"]
    assert not answers[-1].encrypted


async def test_a_membership_inside_an_encrypted_message_is_no_membership(stage: Stage, meet: Meet) -> None:
    """A member cannot make the bot believe that somebody came or went."""
    ada = await meet("ada")
    async with stage:
        room = await ada.opens(stage.user_id)
        await hears(ada, room, 1)
        await ada.says(room, "read 0")
        await hears(ada, room, 2)
        forged = {"type": "m.room.member", "state_key": "@eve:matrix.test", "content": {"membership": "join"}}
        content = ada.device._olm.group_encrypt(room, forged)
        await ada.sends(room, "m.room.encrypted", content, encrypted=False)
        await ada.says(room, "read 1")
        await hears(ada, room, 3)
        line = stage.platform._voice.line
        assert line is not None
        assert set(line.client.rooms[room].users) == {ada.user_id, stage.user_id}
    assert stage.heard[-1].kind is ChatKind.PRIVATE
