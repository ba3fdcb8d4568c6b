"""The inbox and the buttons: what waits, what is given, what is pressed and what is forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.platforms.matrix.buttons import Buttons, Seed
from bot.platforms.matrix.inbox import Inbox, Note, Sort
from bot.platforms.matrix.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An empty one."""
    vault = Vault(tmp_path, bytes(32))
    yield vault
    vault.close()


def note(event: str, room: str = "!a", sort: Sort = Sort.MESSAGE) -> Note:
    """An event that waits."""
    return Note(event=event, room=room, sort=sort)


def test_each_event_waits_once_in_its_order(vault: Vault) -> None:
    """One that comes again keeps its place."""
    inbox = Inbox(vault)
    for event in ("$1", "$2", "$1", "$3"):
        inbox.put(note(event), 1.0)
    assert [waiting.event for waiting in inbox.waiting(9)] == ["$1", "$2", "$3"]
    assert [waiting.event for waiting in inbox.waiting(2)] == ["$1", "$2"]
    inbox.drop(["$2"])
    inbox.put(note("$4"), 1.0)
    assert [waiting.event for waiting in inbox.waiting(9)] == ["$1", "$3", "$4"]


def test_what_is_sealed_waits_apart_and_comes_back_to_its_place(vault: Vault) -> None:
    """Once its key came it stands before what was said after it."""
    inbox = Inbox(vault)
    inbox.put(note("$1", sort=Sort.SEALED), 1.0)
    inbox.put(note("$2"), 1.0)
    assert [waiting.event for waiting in inbox.waiting(9)] == ["$2"]
    assert inbox.sealed() == [note("$1", sort=Sort.SEALED)]
    inbox.unseal(note("$1"))
    assert [waiting.event for waiting in inbox.waiting(9)] == ["$1", "$2"]
    inbox.seal(note("$2"))
    assert [waiting.event for waiting in inbox.sealed()] == ["$2"]


def test_only_what_is_sealed_is_given_up_with_time(vault: Vault) -> None:
    """A command that waits is never pruned."""
    inbox = Inbox(vault)
    inbox.put(note("$1", sort=Sort.SEALED), 10.0)
    inbox.put(note("$2", sort=Sort.SEALED), 20.0)
    inbox.put(note("$3"), 10.0)
    inbox.prune(15.0)
    assert [waiting.event for waiting in inbox.sealed() + inbox.waiting(9)] == ["$2", "$3"]


def test_a_room_that_was_left_waits_for_nothing(vault: Vault) -> None:
    """Others are not touched."""
    inbox = Inbox(vault)
    inbox.put(note("$1", room="!a"), 1.0)
    inbox.put(note("$2", room="!b"), 1.0)
    inbox.drop_rooms(["!a"])
    assert [waiting.event for waiting in inbox.waiting(9)] == ["$2"]


def test_what_happened_to_a_room_outlives_it(vault: Vault) -> None:
    """With all that it tells, though nothing said there is handed over any more."""
    inbox = Inbox(vault)
    told = Note(event="$3", room="!a", sort=Sort.MOVED, speaker="@ada:x", about="!b", private=True, encrypted=True)
    for waiting in (note("$1"), note("$2", sort=Sort.SEALED), told, note("$4", sort=Sort.GREETING)):
        inbox.put(waiting, 1.0)
    inbox.drop_rooms(["!a"])
    assert (inbox.waiting(9), inbox.sealed()) == ([told], [])


def test_what_stays_sealed_is_told_of_once(vault: Vault) -> None:
    """It waits on for its key all the same."""
    inbox = Inbox(vault)
    assert inbox.earliest_sealed() is None
    inbox.put(note("$1", sort=Sort.SEALED), 10.0)
    inbox.put(note("$2", sort=Sort.SEALED), 20.0)
    assert [waiting.event for waiting in inbox.overdue(15.0)] == ["$1"]
    inbox.tell(inbox.overdue(15.0))
    assert [waiting.event for waiting in inbox.overdue(25.0)] == ["$2"]
    assert inbox.earliest_sealed() == 20.0
    assert [waiting.event for waiting in inbox.sealed()] == ["$1", "$2"]


def test_an_inbox_of_before_is_taken_over(vault: Vault) -> None:
    """What waits in it is handed over as it was."""
    vault.ask(
        "CREATE TABLE inbox (position INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL UNIQUE, "
        "room TEXT NOT NULL, sort TEXT NOT NULL, panel TEXT, sign TEXT, at REAL NOT NULL)"
    )
    vault.ask("INSERT INTO inbox (event, room, sort, panel, sign, at) VALUES ('$1', '!a', 'press', '$p', '➡', 1.0)")
    pressed = Note(event="$1", room="!a", sort=Sort.PRESS, panel="$p", sign="➡")
    assert Inbox(vault).waiting(9) == Inbox(vault).waiting(9) == [pressed]


def test_a_panel_is_seeded_once_with_each_sign(vault: Vault) -> None:
    """An edit brings only what is new; variation selectors make no difference."""
    buttons = Buttons(vault)
    assert buttons.wish("!a", "$panel", ["⬅️", "➡️"], 1.0)
    assert not buttons.wish("!a", "$panel", ["➡", "⬅️"], 2.0)
    assert buttons.wish("!a", "$panel", ["🌐", "➡️"], 3.0)
    given = []
    while seed := buttons.wished():
        given.append(seed.sign)
        buttons.settle(seed)
    assert given == ["⬅️", "➡️", "🌐"]


def test_seeds_outlive_a_restart(vault: Vault) -> None:
    """A kill between the answer and its reactions loses none."""
    Buttons(vault).wish("!a", "$panel", ["➡️"], 1.0)
    assert Buttons(vault).wished() == Seed(panel="$panel", sign="➡️", room="!a")


def test_only_a_button_can_be_pressed(vault: Vault) -> None:
    """Another emoji, another message and another room press nothing."""
    buttons = Buttons(vault)
    buttons.wish("!a", "$panel", ["➡️"], 1.0)
    assert buttons.press("!a", "$r1", "$panel", "➡", 2.0) == "➡"
    assert buttons.press("!a", "$r2", "$panel", "👍", 2.0) is None
    assert buttons.press("!a", "$r3", "$other", "➡", 2.0) is None
    assert buttons.press("!b", "$r4", "$panel", "➡", 2.0) is None


def test_a_withdrawal_presses_once_what_was_pressed(vault: Vault) -> None:
    """The reaction taken away tells its panel and sign; after that it is unknown."""
    buttons = Buttons(vault)
    buttons.wish("!a", "$panel", ["➡️"], 1.0)
    buttons.press("!a", "$r", "$panel", "➡️", 2.0)
    assert buttons.withdraw("!b", "$r") is None
    assert buttons.withdraw("!a", "$r") == ("$panel", "➡")
    assert buttons.withdraw("!a", "$r") is None


@pytest.mark.parametrize("how", ["panel", "room", "age"])
def test_what_is_forgotten_is_no_button_any_more(vault: Vault, how: str) -> None:
    """Whether the panel, the room or the time is gone."""
    buttons = Buttons(vault)
    buttons.wish("!a", "$panel", ["➡️"], 1.0)
    buttons.press("!a", "$r", "$panel", "➡️", 2.0)
    match how:
        case "panel":
            buttons.drop_panel("$panel")
        case "room":
            buttons.drop_rooms(["!a"])
        case _:
            buttons.prune(3.0)
    assert buttons.wished() is None
    assert buttons.withdraw("!a", "$r") is None
    assert buttons.press("!a", "$r5", "$panel", "➡️", 4.0) is None
