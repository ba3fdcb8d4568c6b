"""Each moderators' command × each role × each kind of chat, against the contract written down a second time (S4)."""

from dataclasses import dataclass
from functools import cache
from itertools import product

import pytest

from bot.chat import moderating, router
from bot.chat.moderating.commands import NAMES
from bot.chat.moderating.desk import Desk
from bot.chat.turn import Turn
from bot.model.moderator import Moderator, Role
from bot.model.people import ChatKind
from bot.model.speech import Reply
from tests.chat.moderating.stage import (
    ASKED,
    CODE,
    COUNTDOWN,
    CUT,
    DONE,
    DRAFT,
    FROZEN,
    HELD,
    ICE,
    MATRIX,
    NOBODY,
    REST,
    SPEAKERS,
    SUBMITTED,
    TARGET,
    Scene,
    words,
)

EDITOR, APPROVER, OWNER = Role

# What the contract gives to each role: every moderator writes, looks and stops; an approver also starts; an owner
# also manages moderators.
WRITES = {
    "announce": "Something new",
    "text": f"{DRAFT} zh-Hant 我們站在一起。",
    "tag": f"{ASKED} en",
    "append": f"{CUT} {REST}",
    "apart": f"{CUT} {REST}",
    "discard": f"{CUT} {REST}",
    "urgent": f"{DRAFT} on",
    "schedule": f"{DRAFT} 2026-12-10 18:00",
    "submit": f"{DRAFT}",
}
LOOKS = {
    "preview": f"{DRAFT} en",
    "drafts": "",
    "queue": "",
    "show": f"{DRAFT}",
    "moderators": "",
    "audit": "5",
    "stats": "",
    "test": f"{DRAFT}",
}
STOPS = {
    "hold": f"{COUNTDOWN}",
    "cancel": f"{HELD}",
    "retract": f"{DONE}",
    "pause_all": "",
    "freeze": f"{TARGET}",
}
STARTS = {"approve": f"{SUBMITTED} {CODE}", "reject": f"{SUBMITTED} no", "release": f"{HELD}", "resume_all": ""}
MANAGES = {"invite": "editor Willow", "remove": f"{TARGET}", "thaw": f"{ICE}"}
ARGUMENTS = WRITES | LOOKS | STOPS | STARTS | MANAGES
TRACELESS = set(LOOKS)
"""What only shows leaves no trace. A letter that a test writes needs a chat in which its reader has proved to be."""
NEEDED = dict.fromkeys(WRITES | LOOKS | STOPS, EDITOR) | dict.fromkeys(STARTS, APPROVER) | dict.fromkeys(MANAGES, OWNER)
ABOVE = {EDITOR: {EDITOR, APPROVER, OWNER}, APPROVER: {APPROVER, OWNER}, OWNER: {OWNER}}
GIBBERISH = "xyzzy 1"


@dataclass(frozen=True)
class Cell:
    """One command of one speaker in one kind of chat."""

    command: str
    speaker: str
    kind: ChatKind
    pressed: bool

    def __str__(self) -> str:
        return f"{self.command}-{self.speaker}-{self.kind}-{'pressed' if self.pressed else 'typed'}"

    @property
    def expected(self) -> str:
        """What the contract says."""
        if self.kind is not ChatKind.PRIVATE:
            return "toast" if self.pressed else "silence"
        if self.speaker in {NOBODY, FROZEN}:
            return "unknown"
        return "done" if self.speaker in ABOVE[NEEDED[self.command]] else "refused"


CELLS = [Cell(*cell) for cell in product(ARGUMENTS, SPEAKERS, ChatKind, (False, True))]


@cache
def furnish(speaker: str, *, paused: bool) -> Scene:
    """A scene in which whatever is tried is taken back."""
    scene = Scene(speaker)
    if paused:
        scene.store.now(lambda tx: tx.notes.put("paused", f"moderator {TARGET}"))
    return scene


def look(cell: Cell) -> tuple[str, bool]:
    """What is seen of a cell, and whether anything was changed."""
    scene = furnish(cell.speaker, paused=cell.command == "resume_all")
    speaker = None if cell.kind is ChatKind.PRIVATE else "speaker"
    panel = "a panel" if cell.pressed else None

    def tries(text: str) -> tuple[Reply | None, bool]:
        said = scene.ask(text, kind=cell.kind, pressed=cell.pressed, panel=panel, speaker=speaker)
        (reply,), changed = scene.tries(said)
        return reply, changed

    unknown, _ = tries(GIBBERISH)
    reply, changed = tries(f"{cell.command} {ARGUMENTS[cell.command]}".strip())
    if reply is None:
        return "silence", changed
    if reply.message is None:
        return "toast", changed
    if reply == unknown:
        return "unknown", changed
    return "refused" if reply.refused else "done", changed


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell: Cell) -> None:
    """The speaker sees what the contract says, and nothing is changed but by who may."""
    seen, changed = look(cell)
    assert seen == cell.expected
    if cell.command not in TRACELESS:
        assert changed is (cell.expected == "done")
    elif cell.expected != "done" or cell.command != "test":
        assert not changed


def test_every_command_has_its_cells() -> None:
    """None is left out, and none of them is a reader's."""
    assert set(ARGUMENTS) == NAMES
    assert not NAMES & set(router.COMMANDS)


@pytest.mark.parametrize("command", sorted(ARGUMENTS))
def test_a_stranger_is_told_what_any_unknown_text_is(command: str) -> None:
    """Bare, behind a sigil, misspelt in width or case: it is one answer, which names no moderator."""
    scene = Scene(NOBODY)
    unknown = scene.says(GIBBERISH)
    for text in (command, command.upper(), f"{command} {ARGUMENTS[command]}", f"{command}　１"):
        for addressed in (False, True):
            assert scene.says(text, addressed=addressed) == unknown
    assert "moderator" not in words(unknown).lower()


def test_with_roles_that_all_reach_the_cells_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every role counts for any, what was refused is done: the cells above see it."""
    monkeypatch.setattr(Role, "reaches", lambda *_: True)
    wrong = [cell for cell in CELLS if cell.expected == "refused"]
    assert len(wrong) == 2 * (len(STARTS) + 2 * len(MANAGES))
    assert all(look(cell) == ("done", True) for cell in wrong)


def test_with_everybody_recognised_the_cells_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where anybody counts as an owner, a stranger's words change things: the cells above see it."""

    def recognise(turn: Turn) -> Desk:
        return Desk(turn=turn, moderator=Moderator(number=1, callsign="Author", role=Role.OWNER))

    monkeypatch.setattr(moderating, "recognise", recognise)
    wrong = [cell for cell in CELLS if cell.expected == "unknown" and cell.command in WRITES]
    assert {look(cell) for cell in wrong} == {("done", True)}


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_help_and_my_data_tell_a_moderator_what_they_are(speaker: str) -> None:
    """Readers and suspended ones are told nothing of it; who forgets everything is told that they still moderate."""
    scene = Scene(speaker)
    tells = speaker not in {NOBODY, FROZEN}
    assert ("/announce" in words(scene.says("help"))) is tells
    assert ("Speaker" in words(scene.says("my_data"))) is tells
    assert ("still moderator 2" in words(scene.says("forget_me"))) is tells


@pytest.mark.parametrize("how", [{"encrypted": False}, {"device": "another"}, {"device": None}])
def test_on_matrix_that_is_told_on_a_pinned_device_alone(how: dict[str, object]) -> None:
    """In an open room, or to another device, a moderator's help is a reader's."""
    scene = Scene(OWNER, MATRIX)
    for text in ("help", "my_data", "forget_me"):
        told = words(scene.says(text, **how))
        assert "announce" not in told
        assert "moderator" not in told.lower()
    assert "!announce" in words(scene.says("help"))
