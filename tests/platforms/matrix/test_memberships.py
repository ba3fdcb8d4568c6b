"""What happens to rooms, told to the rules: coming, being put out, being silenced, and who may set something."""

import asyncio
from collections.abc import Awaitable, Sequence
from functools import partial

import pytest

from bot.model.delivery import Gone, Refused
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening, Reply
from tests.platforms.matrix.conftest import Meet
from tests.platforms.matrix.stage import Stage, make_panel
from tests.platforms.matrix.test_rooms import hears
from tests.wires.matrix import Person
from tests.wires.matrix.line import Refused as Forbidden
from tests.wires.synapse import Synapse

VERSIONS = ["10", "11", "12"]


async def gather(stage: Stage, ada: Person, ben: Person, version: str | None = None, *, encrypted: bool = True) -> str:
    """A room of ada's with ben and the bot in it."""
    room = await ada.creates(invites=[stage.user_id, ben.user_id], room_version=version, encrypted=encrypted)
    await ben.until(lambda: room in ben.invitations, "ben is invited")
    await ben.joins(room)
    await stage.wait_for(lambda: Happening.ADDED in kinds(stage, room))
    await ada.until(lambda: ada.members[room].get(ben.user_id) == "join", "ben joins")
    return room


def kinds(stage: Stage, room: str) -> list[Happening | None]:
    """What happened in a room so far."""
    return [ask.happening for ask in stage.happened if ask.address.native == room]


@pytest.mark.parametrize("version", VERSIONS)
async def test_power_is_read_from_the_rooms_state(stage: Stage, meet: Meet, version: str) -> None:
    """Given, taken and given to whoever is not there: a change counts at once, and only in that room."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben, version)
        address = Address("matrix", room)

        async def may(person: Person) -> bool | None:
            return await stage.platform.may_set(address, person.user_id)

        assert (await may(ada), await may(ben)) == (True, False)
        await ada.sets_power(room, ben.user_id, 50)
        await stage.wait_until(lambda: may(ben))
        await ada.sets_power(room, ben.user_id, 49)
        await stage.wait_until(lambda: _negate(may(ben)))
        await ada.sets_power(room, ben.user_id, 60)
        await stage.wait_until(lambda: may(ben))
        await ben.leaves(room)
        await stage.wait_until(lambda: _negate(may(ben)))
        await ada.invites(room, ben.user_id)
        await ada.says(room, "!read 1")
        await stage.wait_for(lambda: stage.texts == ["read 1"])
        assert await may(ben) is False
        assert await stage.platform.may_set(Address("matrix", "!elsewhere"), ada.user_id) is False
    async with stage:
        assert (await may(ada), await may(ben)) == (True, False)


async def _negate(answer: Awaitable[bool | None]) -> bool:
    return not await answer


async def test_a_room_of_several_is_told_of_when_the_bot_comes(stage: Stage, meet: Meet) -> None:
    """By the id of its joining, with whoever invited it, and whether the room is encrypted; a restart tells no more."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben)
        plain = await gather(stage, ada, ben, encrypted=False)
    joining = [event for event in ada.events(room, "m.room.member") if event["state_key"] == stage.user_id][-1]
    first, second = stage.happened
    assert first == Ask(
        id=joining["event_id"],
        address=Address("matrix", room),
        kind=ChatKind.GROUP,
        text="",
        addressed=False,
        speaker=ada.user_id,
        happening=Happening.ADDED,
    )
    assert (second.address.native, second.encrypted) == (plain, False)
    async with stage:
        await ada.says(room, "!read 1")
        await stage.wait_for(lambda: stage.texts == ["read 1"])
    assert len(stage.happened) == 2


@pytest.mark.parametrize("how", ["kicked", "banned"])
async def test_being_put_out_is_told_and_the_room_forgotten(stage: Stage, meet: Meet, how: str) -> None:
    """With who did it; asked again, it comes as if for the first time."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben, encrypted=False)
        await (ada.kicks if how == "kicked" else ada.bans)(room, stage.user_id)
        await stage.wait_for(lambda: Happening.LEFT in kinds(stage, room))
        await stage.wait_for(lambda: stage.knows_nothing_of(room))
        left = stage.happened[-1]
        assert (left.speaker, left.kind, left.address) == (ada.user_id, ChatKind.GROUP, Address("matrix", room))
        assert left.id == ada.events(room, "m.room.member")[-1]["event_id"]
        assert await stage.platform.answer(left, Reply(command="read", message=make_panel("late"))) == Gone()
        if how == "banned":
            await ada.unbans(room, stage.user_id)
        await ada.invites(room, stage.user_id)
        await stage.wait_for(lambda: kinds(stage, room) == [Happening.ADDED, Happening.LEFT, Happening.ADDED])
        await ada.kicks(room, stage.user_id)
        await stage.wait_for(lambda: len(kinds(stage, room)) == 4)
        await stage.wait_for(lambda: stage.knows_nothing_of(room))
    assert stage.find(room) == []


@pytest.mark.parametrize("how", ["away", "asked again", "back"])
async def test_being_put_out_while_down_is_told(synapse: Synapse, stage: Stage, meet: Meet, how: str) -> None:
    """Whether or not it was asked again meanwhile: first the going, then the coming."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben, encrypted=False)
    stage.happened.clear()
    await ada.kicks(room, stage.user_id)
    if how != "away":
        await ada.invites(room, stage.user_id)
    if how == "back":
        path, token = f"/_matrix/client/v3/join/{room}", stage.account.access_token
        await asyncio.to_thread(partial(synapse.request, "POST", path, {}, token=token))
    async with stage:
        expected = [Happening.LEFT] if how == "away" else [Happening.LEFT, Happening.ADDED]
        await stage.wait_for(lambda: kinds(stage, room) == expected)
        if how != "away":
            await ada.says(room, "!read 1")
            await hears(ada, room, 1)


async def test_a_declined_invitation_is_no_going(stage: Stage, meet: Meet) -> None:
    """The rules were never told that the bot was there."""
    ada, ben = await meet("ada"), await meet("ben")
    stage.options["invites"] = {"allow_servers": ["elsewhere.example"]}
    async with stage:
        room = await ada.creates(invites=[stage.user_id, ben.user_id])
        await ada.until(lambda: ada.members[room].get(stage.user_id) == "leave", "the bot declines")
        await stage.wait_for(lambda: stage.knows_nothing_of(room))
    assert stage.happened == []


@pytest.mark.parametrize("encrypted", [True, False])
async def test_being_silenced_and_allowed_again_is_told(stage: Stage, meet: Meet, encrypted: bool) -> None:
    """Once each, over a restart too; meanwhile an answer is refused, which is no going."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await gather(stage, ada, ben, encrypted=encrypted)
        levels = await ada.state(room, "m.room.power_levels")
        await ada.sets_state(room, "m.room.power_levels", levels | {"events_default": 50})
        await stage.wait_for(lambda: kinds(stage, room) == [Happening.ADDED, Happening.MUTED])
        await ada.says(room, "!read 1")
        await stage.wait_for(lambda: stage.verdicts == [Refused("muted")])
    async with stage:
        await ada.says(room, "!read 2")
        await stage.wait_for(lambda: len(stage.verdicts) == 2)
        assert len(stage.happened) == 2
    await ada.sets_power(room, stage.user_id, 50)
    async with stage:
        await stage.wait_for(lambda: kinds(stage, room) == [Happening.ADDED, Happening.MUTED, Happening.ALLOWED])
        await ada.says(room, "!read 3")
        await hears(ada, room, 1)
    assert len({ask.id for ask in stage.happened}) == 3


async def test_coming_where_only_some_may_speak_is_told_as_both(stage: Stage, meet: Meet) -> None:
    """First that it came, then that it may not write."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.creates(invites=[ben.user_id], encrypted=False)
        levels = await ada.state(room, "m.room.power_levels")
        await ada.sets_state(room, "m.room.power_levels", levels | {"events": {"m.room.message": 50}})
        await ada.invites(room, stage.user_id)
        await stage.wait_for(lambda: kinds(stage, room) == [Happening.ADDED, Happening.MUTED])


async def test_a_third_makes_a_room_of_several_and_two_a_private_chat(stage: Stage, meet: Meet) -> None:
    """At once, an invitation counted; buttons of before do nothing meanwhile, and the kind is told."""
    ada, ben = await meet("ada"), await meet("ben")
    async with stage:
        room = await ada.opens(stage.user_id, encrypted=False)
        (greeting,) = await hears(ada, room, 1)
        await ada.waits(room, lambda seen: len(seen[0].keys) == 2)
        await ada.invites(room, ben.user_id)
        await stage.wait_for(lambda: stage.happened)
        await ada.reacts(room, greeting.event_id, "➡️")
        await ada.says(room, "read 1")
        await ada.says(room, "!read 2")
        await hears(ada, room, 2)
        await ada.kicks(room, ben.user_id)
        await stage.wait_for(lambda: len(stage.happened) == 2)
        await ada.says(room, "read 3")
        await hears(ada, room, 3)
    assert [(ask.text, ask.kind) for ask in stage.heard[1:]] == [
        ("read 2", ChatKind.GROUP),
        ("read 3", ChatKind.PRIVATE),
    ]
    assert [(ask.happening, ask.kind) for ask in stage.happened] == [
        (Happening.ALLOWED, ChatKind.GROUP),
        (Happening.ALLOWED, ChatKind.PRIVATE),
    ]


@pytest.mark.parametrize("words", ["goodbye", None])
async def test_an_answer_may_be_the_last_one(stage: Stage, meet: Meet, words: str | None) -> None:
    """The bot says it, leaves and forgets; again after that it is as good as done."""
    ada, ben = await meet("ada"), await meet("ben")
    farewell = Reply(command="idle", message=make_panel(words) if words else None, leaves=True, forgets=True)
    stage.react = lambda ask: farewell if ask.happening is Happening.ADDED else None
    async with stage:
        room = await ada.creates(invites=[stage.user_id, ben.user_id])
        await ada.until(lambda: ada.members[room].get(stage.user_id) == "leave", "the bot leaves")
        await stage.wait_for(lambda: kinds(stage, room) == [Happening.ADDED, Happening.LEFT])
        await stage.wait_for(lambda: stage.knows_nothing_of(room))
        verdict = await stage.platform.answer(stage.happened[0], farewell)
        assert type(verdict).__name__ == "Sent"
    assert [one.body for one in ada.sees(room)] == ([words] if words else [])
    assert stage.find(room) == []


async def test_a_silenced_bot_can_still_leave(stage: Stage, meet: Meet) -> None:
    """What it may not say it leaves unsaid."""
    ada, ben = await meet("ada"), await meet("ben")
    farewell = Reply(command="idle", message=make_panel("goodbye"), leaves=True)
    async with stage:
        room = await gather(stage, ada, ben)
        levels = await ada.state(room, "m.room.power_levels")
        await ada.sets_state(room, "m.room.power_levels", levels | {"events_default": 50})
        await stage.platform.answer(stage.happened[0], farewell)
        await ada.until(lambda: ada.members[room].get(stage.user_id) == "leave", "the bot leaves")
    with pytest.raises(Forbidden):
        await ben.says(room, "so do I")


async def test_what_happened_is_told_again_after_a_kill_and_as_the_same(stage: Stage, meet: Meet) -> None:
    """Until the rules have committed it; the room is not forgotten before, and no text is needed to tell it."""
    ada, ben = await meet("ada"), await meet("ben")
    heard: list[Ask] = []
    gate = asyncio.Event()

    async def swallow(asks: Sequence[Ask]) -> None:
        heard.extend(asks)
        await gate.wait()

    async with stage:
        room = await gather(stage, ada, ben)
        other = await gather(stage, ada, ben)
    stage.happened.clear()
    stage.hearing = swallow
    async with stage:
        await ada.kicks(room, stage.user_id)
        levels = await ada.state(other, "m.room.power_levels")
        await ada.sets_state(other, "m.room.power_levels", levels | {"events_default": 50})
        await stage.wait_for(lambda: heard)
    stage.hearing = None
    async with stage:
        await stage.wait_for(lambda: len(stage.happened) == 2)
        await stage.wait_for(lambda: stage.knows_nothing_of(room))
        await ada.says(other, "!read 1")
        await stage.wait_for(lambda: stage.texts == ["read 1"])
    assert heard[0] in stage.happened
    assert [kinds(stage, one) for one in (room, other)] == [[Happening.LEFT], [Happening.MUTED]]
