"""Answers with something malformed in them: the rest is read."""

from typing import Any

import pytest
from nio import Api, RoomMessageText
from nio.crypto import Olm
from nio.store import SqliteMemoryStore

from bot.platforms.matrix.gaps import Arrival, find_arrival
from bot.platforms.matrix.sieve import list_one_time_keys, read_sync, sift_devices
from bot.platforms.matrix.verdicts import Unanswered

BOT = "@bot:example.org"
ROOM = "!UuPcL9cBXm3Z"


def event(kind: Any = "m.room.message", **fields: Any) -> dict[str, Any]:
    """An event as a homeserver delivers it."""
    return {
        "type": kind,
        "event_id": "$e",
        "sender": "@ada:example.org",
        "origin_server_ts": 1,
        "content": {"msgtype": "m.text", "body": "read 3"},
        **fields,
    }


def body(*timeline: Any, **fields: Any) -> dict[str, Any]:
    """A sync's answer with that timeline in one room."""
    room = {"timeline": {"events": list(timeline), "limited": False, "prev_batch": "p"}, "state": {"events": []}}
    return {"next_batch": "s2", "rooms": {"join": {ROOM: room}}, **fields}


def texts(answer: dict[str, Any]) -> list[str]:
    """The texts that come through."""
    events = read_sync(answer).rooms.join[ROOM].timeline.events
    return [event.body for event in events if isinstance(event, RoomMessageText)]


@pytest.mark.parametrize(
    "odd",
    [
        7,
        None,
        "text",
        [],
        event(unsigned=7),
        event(unsigned=None),
        event("m.room.member", content={"membership": "join"}, state_key="@a:b", unsigned={"prev_content": 7}),
        event("m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": 5}),
        event("m.call.invite", content={"version": "x"}),
        event(7),
    ],
)
def test_one_malformed_event_costs_only_itself(odd: Any) -> None:
    """Those before and behind it are heard."""
    assert texts(body(event(), odd, event())) == ["read 3", "read 3"]


@pytest.mark.parametrize(
    "fields",
    [
        {"presence": {"events": [7]}},
        {"account_data": {"events": [{"type": "m.direct", "content": 7}]}},
        {"to_device": {"events": [7, {"type": "m.room.encrypted", "sender": 7, "content": {"algorithm": 5}}]}},
    ],
)
def test_malformed_things_beside_the_rooms_cost_only_themselves(fields: dict[str, Any]) -> None:
    """Presence and account data are not read at all."""
    assert texts(body(event(), **fields)) == ["read 3"]


def test_a_room_that_was_left_needs_no_state() -> None:
    """Some servers leave it out; nio refuses the whole answer then."""
    answer = body(event())
    answer["rooms"]["leave"] = {"!left": {}}
    assert texts(answer) == ["read 3"]
    assert list(read_sync(answer).rooms.leave) == ["!left"]


def test_key_counts_are_kept_as_told() -> None:
    """Zero is not the same as not told."""
    told = read_sync(body(device_one_time_keys_count={"signed_curve25519": 0}, device_unused_fallback_key_types=[]))
    assert (told.one_time_key_counts, told.unused_fallback_keys) == ({"signed_curve25519": 0}, [])
    untold = read_sync(body())
    assert (untold.one_time_key_counts, untold.unused_fallback_keys) == (None, None)


@pytest.mark.parametrize("answer", [{}, {"error": "x"}, {"next_batch": 7}])
def test_what_is_no_sync_is_no_answer(answer: dict[str, Any]) -> None:
    """It is asked for again, later."""
    with pytest.raises(Unanswered):
        read_sync(answer)


def make_device(user: str, name: str) -> tuple[Olm, dict[str, Any]]:
    """A device and its keys as its client uploads them."""
    olm = Olm(user, name, SqliteMemoryStore(user, name))
    return olm, olm.share_keys()["device_keys"]


def test_only_devices_signed_by_themselves_come_through() -> None:
    """Without the names that people gave them."""
    olm, good = make_device("@ada:example.org", "PHONE")
    _, other = make_device("@ada:example.org", "LAPTOP")
    good["unsigned"] = {"device_display_name": "Ada's phone"}
    forged = {**other, "keys": {**other["keys"], "curve25519:LAPTOP": good["keys"]["curve25519:PHONE"]}}
    answer = {
        "device_keys": {
            "@ada:example.org": {"PHONE": good, "LAPTOP": forged, "ODD": 7, "EMPTY": {}, "MOVED": {**good}},
            "@eve:example.org": {"PHONE": good},
            "@odd:example.org": 7,
        }
    }
    users = ["@ada:example.org", "@eve:example.org", "@odd:example.org", "@silent:example.org"]
    found = sift_devices(olm, users, answer)
    assert {user: list(devices) for user, devices in found.items()} == {
        "@ada:example.org": ["PHONE"],
        "@eve:example.org": [],
    }
    assert "unsigned" not in found["@ada:example.org"]["PHONE"]


@pytest.mark.parametrize("answer", [{}, {"one_time_keys": 7}, {"one_time_keys": {"@ada:example.org": 7}}])
def test_a_claim_without_keys_brings_none(answer: dict[str, Any]) -> None:
    """Whatever shape it has."""
    assert list_one_time_keys(answer) == []
    assert Api.to_json(answer)


class Told:
    """An event as nio holds it."""

    def __init__(self, membership: str | None, before: str | None = None, number: int = 0) -> None:
        self.decrypted = False
        self.source: dict[str, Any] = event(event_id=f"${number}")
        if membership is not None:
            self.source |= {
                "type": "m.room.member",
                "state_key": BOT,
                "content": {"membership": membership},
                "unsigned": {"prev_content": {"membership": before}} if before else {},
            }


@pytest.mark.parametrize(
    ("timeline", "arrival"),
    [
        ([], Arrival(None, None)),
        ([Told(None), Told(None)], Arrival(None, None)),
        ([Told(None), Told("invite"), Told(None), Told("join", "invite", 3)], Arrival(1, "$3")),
        ([Told(None), Told("join", None, 1)], Arrival(1, "$1")),
        ([Told("join", "join", 0)], Arrival(None, None)),
        (
            [Told("invite"), Told("join", "invite", 1), Told("leave"), Told("invite"), Told("join", "invite", 4)],
            Arrival(3, "$4"),
        ),
        ([Told("invite"), Told("join", "invite", 1), Told("join", "join", 2)], Arrival(0, "$1")),
        ([Told("invite")], Arrival(0, None)),
    ],
)
def test_a_room_is_heard_from_our_last_invitation_on(timeline: list[Told], arrival: Arrival) -> None:
    """A changed display name is no joining; a joining without invitation counts itself."""
    found = find_arrival(timeline, BOT)
    assert (found.begins, found.joins) == (arrival.begins, arrival.joins)


def test_our_going_is_found_and_what_was_encrypted_is_none() -> None:
    """A member can put a membership into an encrypted message; it changes nothing."""
    left = Told("leave")
    assert find_arrival([left, Told("invite"), Told("join", "invite", 2)], BOT).leaves == left.source
    forged = [Told("leave"), Told("invite"), Told("join", None, 2)]
    for event in forged:
        event.decrypted = True
    assert find_arrival(forged, BOT) == Arrival(None, None)
