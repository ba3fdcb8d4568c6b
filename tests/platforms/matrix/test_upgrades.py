"""Rooms that others replace, followed over a real homeserver's own upgrade."""

from typing import Any

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening
from bot.platforms.matrix import happenings, successions
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage
from tests.platforms.matrix.test_memberships import gather, kinds
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of seconds are short here."""
    monkeypatch.setattr(happenings, "FAREWELL_SECONDS", 0.5)
    monkeypatch.setattr(successions, "_FIRST_WAIT", 0.2)
    monkeypatch.setattr(successions, "_MOST_TRIES", 3)


async def open_to_all(somebody: Person, room: str) -> None:
    """Anyone may join, in what replaces the room too."""
    await somebody.sets_state(room, "m.room.join_rules", {"join_rule": "public"})


def moves(stage: Stage) -> list[tuple[Address, Address | None]]:
    """From where to where the bot was moved so far."""
    return [(ask.address, ask.about) for ask in stage.happened if ask.happening is Happening.MOVED]


@pytest.mark.parametrize(("before", "after"), [("10", "11"), ("11", "12"), ("12", "12")])
@pytest.mark.parametrize("invited", [True, False])
async def test_an_upgraded_room_is_followed(stage: Stage, meet: Meet, before: str, after: str, invited: bool) -> None:
    """With the rules told once, by the tombstone's id; no second greeting, and the old room is left and forgotten."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, before)
        if not invited:
            await open_to_all(ada, old)
        new = await ada.upgrades(old, after)
        if invited:
            await ada.invites(new, stage.user_id)
        await ada.until(lambda: ada.members[new].get(stage.user_id) == "join", "the bot follows")
        await stage.wait_for(lambda: moves(stage))
        await ada.says(new, "!read 1")
        await hears(ada, new, 1)
        assert await stage.platform.may_set(Address("matrix", new), ada.user_id) is True
        assert await stage.platform.may_set(Address("matrix", new), ben.user_id) is False
        await ada.until(lambda: ada.members[old].get(stage.user_id) == "leave", "the bot leaves the old room")
        await stage.wait_for(lambda: stage.knows_nothing_of(old))
    moved = next(ask for ask in stage.happened if ask.happening is Happening.MOVED)
    stone = ada.events(old, "m.room.tombstone")[-1]
    assert moved == Ask(
        id=stone["event_id"],
        address=Address("matrix", old),
        kind=ChatKind.GROUP,
        text="",
        addressed=False,
        speaker=ada.user_id,
        happening=Happening.MOVED,
        about=Address("matrix", new),
        encrypted=moved.encrypted,
    )
    assert Happening.ADDED not in kinds(stage, new)
    assert Happening.MUTED not in kinds(stage, old) + kinds(stage, new)
    assert kinds(stage, old)[-2:] == [Happening.MOVED, Happening.LEFT]
    assert [ask.text for ask in stage.heard] == ["read 1"]
    assert stage.find(old) == []


async def test_a_private_chat_is_followed(stage: Stage, meet: Meet) -> None:
    """It is private in the new room too, and is not greeted again."""
    ada = await meet("ada")
    async with stage:
        old = await ada.opens(stage.user_id, room_version="11")
        await hears(ada, old, 1)
        new = await ada.upgrades(old, "12")
        await ada.invites(new, stage.user_id)
        await stage.wait_for(lambda: moves(stage))
        await ada.until(lambda: ada.members[new].get(stage.user_id) == "join", "the bot follows")
        await ada.says(new, "read 1")
        await hears(ada, new, 1)
    assert [(ask.text, ask.kind) for ask in stage.heard] == [
        ("start", ChatKind.PRIVATE),
        ("read 1", ChatKind.PRIVATE),
    ]


async def test_a_replacement_that_is_closed_keeps_the_old_room(stage: Stage, meet: Meet) -> None:
    """The bot is heard there as before, also after a restart; an invitation that comes late is followed."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, "10", encrypted=False)
        await ada.sets_power(old, stage.user_id, 100)
        new = await ada.upgrades(old, "11")
        await stage.wait_for(lambda: stage.platform._vault.ask("SELECT 1 FROM successions WHERE tries = 3"))
        await ben.until(lambda: ben.events(old, "m.room.tombstone"), "ben sees the end")
        await ada.says(old, "!read 1")
        await hears(ada, old, 1)
    async with stage:
        await ada.says(old, "!read 2")
        await hears(ada, old, 2)
        assert kinds(stage, old) == [Happening.ADDED]
        await ada.invites(new, stage.user_id)
        await stage.wait_for(lambda: moves(stage) == [(Address("matrix", old), Address("matrix", new))])


async def test_while_it_waits_for_an_invitation_it_stays_though_all_have_gone(stage: Stage, meet: Meet) -> None:
    """Else its choices were lost with the old room; the invitation counts whoever may invite elsewhere."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, "11", encrypted=False)
    stage.options["invites"] = {"allow_servers": ["elsewhere.example"]}
    async with stage:
        new = await ada.upgrades(old, "12")
        await ben.leaves(old)
        await ada.leaves(old)
        await stage.wait_for(lambda: not stage.others(old))
        await ada.invites(new, stage.user_id)
        await stage.wait_for(lambda: moves(stage))
        await ada.until(lambda: ada.members[new].get(stage.user_id) == "join", "the bot follows")
        await stage.wait_for(lambda: stage.knows_nothing_of(old))
    assert kinds(stage, old) == [Happening.ADDED, Happening.MOVED, Happening.LEFT]


@pytest.mark.parametrize("predecessor", [None, {"room_id": "!other:matrix.test", "event_id": "$other"}])
async def test_a_room_that_replaces_nothing_is_not_followed(stage: Stage, meet: Meet, predecessor: Any) -> None:
    """A tombstone alone cannot have the bot speak elsewhere: it goes out of there again, and keeps the old room."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, encrypted=False)
        creation = {"predecessor": predecessor} if predecessor else {}
        body = {"preset": "public_chat", "creation_content": creation}
        other = str((await ada.line.ask("POST", "createRoom", body=body))["room_id"])
        await ada.sets_state(old, "m.room.tombstone", {"replacement_room": other, "body": "moved"})
        await ada.until(lambda: ada.members[other].get(stage.user_id) == "leave", "the bot leaves again")
        await stage.wait_for(lambda: stage.knows_nothing_of(other))
        await ada.says(old, "!read 1")
        await hears(ada, old, 1)
    assert kinds(stage, old) == [Happening.ADDED]
    assert kinds(stage, other) == []


async def test_a_tombstone_cannot_take_over_another_room(stage: Stage, meet: Meet) -> None:
    """The bot is in both, each with choices of its own: nothing moves, and neither is left."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, encrypted=False)
        other = await gather(stage, ben, ada, encrypted=False)
        await ada.sets_state(old, "m.room.tombstone", {"replacement_room": other, "body": "moved"})
        for room in (old, other):
            await ada.says(room, "!read 1")
            await hears(ada, room, 1)
    assert kinds(stage, old) + kinds(stage, other) == [Happening.ADDED] * 2


async def test_what_is_said_in_the_new_room_before_the_bot_comes_is_heard(stage: Stage, meet: Meet) -> None:
    """After the moving, and from the old room's end on."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, "11", encrypted=False)
        await open_to_all(ada, old)
    stage.happened.clear()
    await ada.says(old, "!read 1")
    new = await ada.upgrades(old, "12")
    await ada.says(new, "!read 2")
    async with stage:
        await hears(ada, new, 1)
        await stage.wait_for(lambda: kinds(stage, old) == [Happening.MOVED, Happening.LEFT])
    assert [(ask.text, ask.address.native) for ask in stage.heard] == [("read 1", old), ("read 2", new)]


async def test_a_silenced_bot_is_told_that_it_may_speak_in_the_new_room(stage: Stage, meet: Meet) -> None:
    """What the rules knew of the old room holds for the new one until they hear otherwise."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        old = await gather(stage, ada, ben, "11", encrypted=False)
        await open_to_all(ada, old)
        await ada.sets_power(old, stage.user_id, -1)
        await stage.wait_for(lambda: kinds(stage, old) == [Happening.ADDED, Happening.MUTED])
        new = await ada.upgrades(old, "12")
        await stage.wait_for(lambda: moves(stage))
        assert Happening.ALLOWED not in kinds(stage, new)
        await ada.sets_power(new, stage.user_id, 0)
        await stage.wait_for(lambda: Happening.ALLOWED in kinds(stage, new))
