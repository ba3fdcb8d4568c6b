"""The tests' people behave like Element of today, with a bot of nio's making and among themselves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.wires.echo import Echo, notice
from tests.wires.matrix import Account, Meet, Person, Refused, phone
from tests.wires.proxy import Fault, Proxy, Trouble
from tests.wires.synapse import Synapse


@pytest.fixture
async def echo(synapse: Synapse) -> AsyncIterator[Echo]:
    """A bot whose device is not signed yet."""
    async with Echo(synapse) as bot:
        yield bot


async def test_a_signed_bot_is_heard_and_hears(people: Meet, echo: Echo) -> None:
    """An encrypted chat in both directions, over several messages."""
    await echo.signs()
    ada = await people("ada")
    room = await ada.opens(echo.user_id)
    for number in range(3):
        answer = await ada.asks(room, f"read {number}")
        assert (answer.body, answer.msgtype, answer.encrypted) == (f"echo: read {number}", "m.notice", True)
        assert (answer.mentions, answer.sender, answer.edited) == ({}, echo.user_id, False)
    assert echo.heard == ["read 0", "read 1", "read 2"]
    assert (ada.unreadable, ada.device.withheld, echo.deaf) == ([], {}, 0)
    found = await ada.checks_cross_signing(echo.user_id)
    assert (found.valid, found.device_ids) == (True, [echo.account.device_id])
    assert found.master_key == echo.identity.master_key
    assert ada.device.identities[echo.user_id] == [found.master_key]


async def test_an_unsigned_bot_gets_no_key_and_is_not_read(people: Meet, echo: Echo) -> None:
    """As Element since April 2026; once it is signed, the next message reaches it, and its old one is read."""
    ada = await people("ada")
    room = await ada.opens(echo.user_id)
    await ada.says(room, "read 1")
    reasons = {(echo.user_id, echo.account.device_id): "not signed by its owner's identity"}
    assert ada.device.withheld == reasons
    await echo.send(room, "m.room.message", notice("unasked"))
    await ada.until(lambda: [one for one in ada.unreadable if "does not vouch" in one.reason], "an unreadable one")
    assert ada.sees(room) == []
    assert (await ada.checks_cross_signing(echo.user_id)).problem == "no master key"
    await ada.until(lambda: echo.deaf == 1, "the bot misses a message")
    await echo.signs()
    await ada.says(room, "read 2")
    await ada.waits(room, lambda seen: [one.body for one in seen] == ["unasked", "echo: read 2"])
    assert (echo.heard, ada.unreadable, ada.device.withheld) == (["read 2"], [], {})


async def test_a_trusting_person_shares_with_every_device(people: Meet, echo: Echo) -> None:
    """The habit can be switched off: then an unsigned bot hears and is heard."""
    ada = await people("ada", excludes_unsigned=False, cross_signs=False)
    room = await ada.opens(echo.user_id)
    assert (await ada.asks(room, "read 1")).body == "echo: read 1"


async def test_edits_reactions_and_withdrawals_are_seen(people: Meet, echo: Echo) -> None:
    """A panel with two seeded buttons, edited in place, in an encrypted room; a tap and its withdrawal."""
    await echo.signs()
    ada = await people("ada")
    room = await ada.opens(echo.user_id)
    panel = (await ada.asks(room, "read 1")).event_id
    for key in ("◀", "▶"):
        relation = {"rel_type": "m.annotation", "event_id": panel, "key": key}
        await echo.send(room, "m.reaction", {"m.relates_to": relation})
    await ada.waits(room, lambda seen: seen[0].keys == ["◀", "▶"])
    new = notice("2/4", format="org.matrix.custom.html", formatted_body="<b>2/4</b>")
    relation = {"rel_type": "m.replace", "event_id": panel}
    edit = notice("* 2/4", **{"m.new_content": new, "m.relates_to": relation})
    await echo.send(room, "m.room.message", edit)
    shown = await ada.waits(room, lambda seen: seen[0].edited and seen[0])
    assert (shown.event_id, shown.body, shown.formatted_body) == (panel, "2/4", "<b>2/4</b>")
    tap = await ada.reacts(room, panel, "▶")
    await ada.waits(room, lambda seen: len(seen[0].annotations) == 3)
    with pytest.raises(Refused, match="M_DUPLICATE_ANNOTATION"):
        await ada.reacts(room, panel, "▶")
    await ada.withdraws(room, tap)
    await ada.waits(room, lambda seen: len(seen[0].annotations) == 2)
    await echo.client.room_redact(room, panel)
    await ada.waits(room, lambda seen: seen == [])


async def test_threads_replies_and_edits_are_elements(people: Meet) -> None:
    """What a person sends is what Element sends, and another reads it so."""
    ada, ben = await people("ada"), await people("ben")
    room = await ada.creates(invites=[ben.user_id])
    await ben.until(lambda: room in ben.invitations, "an invitation")
    assert ben.invitations[room] == ada.user_id
    await ben.joins(room)
    root = await ada.says(room, "root", mentions=[ben.user_id], formatted="<p>root</p>")
    inside = await ada.says(room, "inside", thread=root)
    await ada.says(room, "answer", reply_to=inside)
    await ada.edits(room, root, "changed")
    seen = await ben.waits(room, lambda seen: len(seen) == 3 and seen[0].edited and seen)
    assert [one.body for one in seen] == ["changed", "inside", "answer"]
    assert [one.thread_root for one in seen] == [None, root, None]
    assert [one.reply_to for one in seen] == [None, root, inside]
    assert (seen[0].original["m.mentions"], seen[0].mentions) == ({"user_ids": [ben.user_id]}, {})
    assert ben.unreadable == []


async def test_a_second_phone_needs_the_identity(people: Meet, synapse: Synapse) -> None:
    """Signed by her identity it reads; without it, nothing, and the other says which device it left out."""
    ada, ben = await people("ada"), await people("ben")
    account = Account(user_id=ada.user_id, password="correct horse", access_token="", device_id="")
    async with (
        await phone(synapse, account, ada.identity) as signed,
        await phone(synapse, account) as unsigned,
    ):
        room = await _chat(ada, ben)
        await ben.says(room, "hello")
        assert list(ben.device.withheld) == [(ada.user_id, unsigned.device.device_id)]
        for reader in (ada, signed):
            await reader.waits(room, lambda seen: [one.body for one in seen] == ["hello"])
        await unsigned.until(lambda: unsigned.unreadable, "an unreadable message")
        assert unsigned.sees(room) == []


async def _chat(ada: Person, ben: Person, *, direct: bool = True, room_version: str | None = None) -> str:
    """An encrypted chat of two people."""
    room = await ada.creates(invites=[ben.user_id], direct=direct, room_version=room_version)
    await ben.until(lambda: room in ben.invitations, "an invitation")
    await ben.joins(room)
    await ada.until(lambda: ada.members[room].get(ben.user_id) == "join", "ben")
    return room


async def test_nothing_is_missed_over_an_outage(people: Meet, synapse: Synapse) -> None:
    """Fifty messages while cut off: more than one sync tells, and all are there in their order."""
    async with Proxy(synapse.url) as proxy:
        ada, ben = await people("ada", url=proxy.url), await people("ben")
        room = await _chat(ada, ben)
        outage = proxy.goes_down()
        bodies = [f"line {number}" for number in range(50)]
        for body in bodies:
            await ben.says(room, body)
        assert ada.sees(room) == []
        outage.lift()
        seen = await ada.waits(room, lambda seen: len(seen) >= len(bodies) and seen)
        assert [one.body for one in seen] == bodies
        assert ada.unreadable == []


async def test_a_lost_room_key_shows_on_the_persons_side(people: Meet, synapse: Synapse) -> None:
    """A room key that is swallowed on its way leaves behind a message that she has and cannot read."""
    async with Proxy(synapse.url) as proxy, Echo(synapse, proxy.url) as echo:
        await echo.signs()
        ada = await people("ada")
        room = await ada.opens(echo.user_id)
        fault = proxy.breaks("PUT", "/sendToDevice/", Fault(trouble=Trouble.ANSWER, status=200))
        await ada.says(room, "read 1")
        await ada.until(lambda: ada.unreadable, "an unreadable message")
        assert (fault.hits, ada.sees(room), echo.heard) == (1, [], ["read 1"])
        assert [one.sender for one in ada.unreadable] == [echo.user_id]


async def test_history_is_paged_back(people: Meet) -> None:
    """What was said before one came stands there after paging, in its place."""
    ada, ben = await people("ada"), await people("ben")
    room = await ada.creates(invites=[], encrypted=False)
    for number in range(45):
        await ada.says(room, f"line {number}")
    await ada.invites(room, ben.user_id)
    await ben.until(lambda: room in ben.invitations, "an invitation")
    await ben.joins(room)
    await ben.waits(room, lambda seen: seen)
    assert len(ben.sees(room)) < 45
    while await ben.pages_back(room):
        pass
    assert [one.body for one in ben.sees(room)] == [f"line {number}" for number in range(45)]


async def test_rooms_are_ruled(people: Meet) -> None:
    """Power, putting out, going, and an upgrade to a version whose creator stands in no power levels."""
    ada, ben = await people("ada"), await people("ben")
    room = await _chat(ada, ben, direct=False, room_version="11")
    await ada.sets_power(room, ben.user_id, 50)
    assert (await ben.state(room, "m.room.power_levels"))["users"][ben.user_id] == 50
    await ada.sets_state(room, "m.room.name", {"name": "vigil"})
    assert (await ben.state(room, "m.room.name"))["name"] == "vigil"
    await ada.kicks(room, ben.user_id)
    await ben.until(lambda: ben.members[room][ben.user_id] == "leave", "being put out")
    await ada.bans(room, ben.user_id)
    with pytest.raises(Refused, match="M_BAD_STATE"):
        await ada.invites(room, ben.user_id)
    await ada.unbans(room, ben.user_id)
    new = await ada.upgrades(room, "12")
    await ada.until(lambda: ada.members[new].get(ada.user_id) == "join", "the new room")
    assert ada.user_id not in (await ada.state(new, "m.room.power_levels"))["users"]
    await ada.leaves(new)
    await ada.until(lambda: ada.members[new][ada.user_id] == "leave", "going")


async def test_a_fresh_room_of_version_12_is_encrypted(people: Meet, echo: Echo) -> None:
    """The newest rooms carry an encrypted chat, too."""
    await echo.signs()
    ada = await people("ada")
    room = await ada.opens(echo.user_id, room_version="12")
    assert (await ada.asks(room, "read 1")).encrypted


async def test_many_newcomers_come_at_once(people: Meet) -> None:
    """Twenty people arrive together, each with a name and an identity of their own."""
    crowd = await asyncio.gather(*(people("newcomer") for _ in range(20)))
    assert len({one.user_id for one in crowd}) == 20
    assert len({one.device.fingerprint for one in crowd}) == 20
    found = await crowd[0].device.check(*(one.user_id for one in crowd))
    assert all(one.valid for one in found.values())
