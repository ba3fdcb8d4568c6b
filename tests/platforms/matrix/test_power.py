"""Whose power counts for what, by what the room's state says."""

import math
from typing import Any

import pytest

from bot.platforms.matrix.power import Charter, Tombstone

ADA, BEN, CYD = "@ada:example.org", "@ben:example.org", "@cyd:example.org"


def state(kind: str, content: Any, sender: str = ADA, **more: Any) -> dict[str, Any]:
    """A state event as a homeserver tells it."""
    return {"type": kind, "state_key": "", "event_id": f"${kind}", "sender": sender, "content": content, **more}


def charter(*events: dict[str, Any]) -> Charter:
    """What these events make of a room."""
    found = Charter()
    for event in events:
        found.take(event)
    return found


def rule(create: dict[str, Any], levels: Any = None) -> Charter:
    """A room made so by ada, with these power levels if any."""
    events = [state("m.room.create", create)]
    return charter(*events, *([state("m.room.power_levels", levels)] if levels is not None else []))


@pytest.mark.parametrize("version", ["1", "9", "10", "11"])
def test_without_power_levels_the_creator_alone_has_power(version: str) -> None:
    """Nobody is above nought else, and everybody may speak."""
    room = rule({"room_version": version} | ({"creator": ADA} if version != "11" else {}))
    assert (room.level_of(ADA), room.level_of(BEN)) == (100, 0)
    assert (room.may_set(ADA), room.may_set(BEN), room.may_say(BEN, "m.room.message")) == (True, False, True)


def test_until_version_ten_the_event_names_the_creator() -> None:
    """Whoever sent it, which are the same unless somebody lies; from 11 on what it names is nothing."""
    assert rule({"room_version": "10", "creator": BEN}).creators == {BEN}
    assert rule({"room_version": "11", "creator": BEN}).creators == {ADA}
    assert rule({"creator": BEN}).creators == {BEN}


@pytest.mark.parametrize("version", ["10", "11"])
def test_power_levels_put_a_creator_down(version: str) -> None:
    """Where there are levels, only they count."""
    room = rule({"room_version": version, "creator": ADA}, {"users": {BEN: 50}, "users_default": 10})
    assert [room.level_of(user) for user in (ADA, BEN, CYD)] == [10, 50, 10]
    assert [room.may_set(user) for user in (ADA, BEN, CYD)] == [False, True, False]


@pytest.mark.parametrize("version", ["12", "13", "org.matrix.hydra.11"])
def test_from_version_twelve_on_creators_stand_above_all(version: str) -> None:
    """They are in no list, and one that names them changes nothing; others may be creators beside whoever made it."""
    room = rule({"room_version": version, "additional_creators": [CYD, 7]}, {"users": {BEN: 49, ADA: 0}})
    assert [room.level_of(user) for user in (ADA, BEN, CYD)] == [math.inf, 49, math.inf]
    assert [room.may_set(user) for user in (ADA, BEN, CYD)] == [True, False, True]


@pytest.mark.parametrize("version", ["11", "mine", None, 12, "١٢"])
def test_elsewhere_nobody_is_a_creator_by_being_named(version: Any) -> None:
    """A version that we do not know gives no power that its levels do not give."""
    room = rule({"room_version": version, "additional_creators": [CYD]}, {"users": {}})
    assert [room.may_set(user) for user in (ADA, CYD)] == [False, False]


def test_new_levels_replace_the_old_ones() -> None:
    """Whoever is not named any more is back at the default."""
    before = state("m.room.power_levels", {"users": {BEN: 100}})
    after = state("m.room.power_levels", {"users": {CYD: 100}}, event_id="$after")
    room = charter(state("m.room.create", {"room_version": "11"}), before, after)
    assert (room.may_set(BEN), room.may_set(CYD), room.ruled_by) == (False, True, "$after")


@pytest.mark.parametrize(
    ("levels", "may"),
    [
        ({"users": {BEN: "50"}}, True),
        ({"users": {BEN: " 050 "}}, True),
        ({"users": {BEN: True}, "users_default": 49}, False),
        ({"users": {BEN: "much"}}, False),
        ({"users": {BEN: None}}, False),
        ({"users": {BEN: "9" * 400}}, False),
        ({"users": [BEN]}, False),
        ({"users": {BEN: 50.5}}, False),
        ({"users_default": 50}, True),
        ({"users_default": "x"}, False),
        ({"users": {BEN: -1}, "users_default": 100}, False),
        ({}, False),
    ],
)
def test_only_a_level_that_can_be_read_gives_power(levels: dict[str, Any], may: bool) -> None:
    """Old rooms write numbers as text; what is malformed falls back to the default."""
    assert rule({"room_version": "9", "creator": ADA}, levels).may_set(BEN) is may


@pytest.mark.parametrize(
    ("levels", "may"),
    [
        ({}, True),
        ({"events_default": 1}, False),
        ({"events_default": 50, "events": {"m.room.message": 0}}, True),
        ({"events": {"m.room.message": 50}}, False),
        ({"events": {"m.room.message": 50}, "users": {BEN: 50}}, True),
        ({"events": {"m.room.encrypted": 50}}, True),
        ({"users": {BEN: -1}}, False),
    ],
)
def test_who_may_speak_goes_by_the_kind_of_event(levels: dict[str, Any], may: bool) -> None:
    """By its own level, else by the default for all."""
    assert rule({"room_version": "11"}, levels).may_say(BEN, "m.room.message") is may


def test_a_tombstone_names_the_room_that_replaces() -> None:
    """One without a room's id ends nothing, and takes an earlier one back."""
    stone = state("m.room.tombstone", {"replacement_room": "!new", "body": "moved"}, BEN, origin_server_ts=7)
    told = Tombstone(event="$m.room.tombstone", sender=BEN, replacement="!new", at=7)
    assert charter(stone).tombstone == told
    for content in ({}, {"replacement_room": 7}, {"replacement_room": "#alias:example.org"}):
        assert charter(stone, state("m.room.tombstone", content)).tombstone is None


@pytest.mark.parametrize("before", [{"room_id": "!old", "event_id": "$x"}, {"room_id": "!old"}, None, "!old", {}])
def test_a_room_tells_which_one_it_replaces(before: Any) -> None:
    """In its first event, which nobody can change."""
    told = "!old" if isinstance(before, dict) and before else None
    assert rule({"room_version": "12", "predecessor": before}).predecessor == told


@pytest.mark.parametrize(
    "event",
    [
        {"type": "m.room.create"},
        state("m.room.power_levels", "all"),
        state("m.room.power_levels", {"users": {BEN: 100}}, state_key="other"),
        state("m.room.name", {"users": {BEN: 100}}),
    ],
)
def test_what_is_no_such_state_changes_nothing(event: dict[str, Any]) -> None:
    """Malformed, under another key, or of another kind."""
    assert charter(event) == Charter()


def test_its_repr_names_nobody() -> None:
    """Reprs stand in tracebacks."""
    room = rule({"room_version": "12", "predecessor": {"room_id": "!old"}}, {"users": {BEN: 50}})
    room.take(state("m.room.tombstone", {"replacement_room": "!new"}))
    assert not [word for word in (ADA, BEN, "!old", "!new", "$m.room") if word in repr(room)]
