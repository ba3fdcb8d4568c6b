"""What is said on Matrix in a moderator's name, in seven ways, a hundred times each: nothing is accepted (S8, S9)."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from bot.broadcast import approval
from bot.broadcast.approval import Agreed, approve
from bot.chat.moderating import commands
from bot.model.canon import digest
from bot.model.moderator import Actor, ActorKind, Role
from bot.model.people import ChatKind
from bot.model.post import PostState
from bot.model.speech import Ask
from bot.platforms.matrix.inbox import Note, Sort
from bot.platforms.matrix.incoming import Place, read_message, read_note
from bot.ports import Tx
from bot.storage.approvals import StoredApprovals
from tests.chat.moderating.stage import CODE, HELD, MATRIX, PHONE, SPEAKER, SUBMITTED, Scene, words
from tests.chat.moderating.test_roles import ARGUMENTS

FOREIGN_CODE = "Q7Q7Q7"
TIMES = 100
COUNT_CODES = 1_000
FOREIGN = "fingerprint of another moderator's device"
ROOM = Place(room="a room", own="@bot:x", private=True, encrypted=True)
SAID = tuple(f"{name} {argument}".strip() for name, argument in ARGUMENTS.items() if name != "hold")
STARTING = (f"approve {SUBMITTED} {CODE}", f"release {HELD}", "resume_all")
Forge = Callable[[Random], Ask | None]


def event(text: str, **content: Any) -> dict[str, Any]:
    """A room's event, as it stands after decryption."""
    body = {"msgtype": "m.text", "body": f"!{text}", "m.mentions": {}} | content
    return {"type": "m.room.message", "event_id": "$event", "sender": "speaker", "content": body}


def in_the_open(chance: Random) -> Ask | None:
    """In a room that is not encrypted, or by an event in the clear among encrypted ones."""
    place = replace(ROOM, encrypted=chance.random() < 0.5)
    return read_message(event(chance.choice(SAID)), place, encrypted=False)


def from_another_device(chance: Random) -> Ask | None:
    """Encrypted, from a device of that user that nobody pinned."""
    return read_message(event(chance.choice(SAID)), ROOM, encrypted=True, device=f"new device {chance.random()}")


def by_a_reaction(chance: Random) -> Ask | None:
    """A reaction on a panel, with a sign or with words."""
    sign = chance.choice(("➡", "⬅", "✅", *STARTING))
    return read_note(
        Note(event="$e", room="a room", sort=Sort.PRESS, panel="$panel", sign=sign, speaker="speaker"), ROOM
    )


def with_another_persons_code(_: Random) -> Ask | None:
    """A code that was issued, but not to who gives it."""
    return read_message(event(f"approve {SUBMITTED} {FOREIGN_CODE}"), ROOM, encrypted=True, device=PHONE)


def in_anothers_name(chance: Random) -> Ask | None:
    """The homeserver names a moderator as the sender of what another's device said."""
    device = chance.choice((None, FOREIGN))
    return read_message(event(chance.choice(SAID)), ROOM, encrypted=True, device=device)


def by_an_edit(chance: Random) -> Ask | None:
    """An old message of the moderator's own, edited into a command."""
    new = {"msgtype": "m.text", "body": f"!{chance.choice(SAID)}"}
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    content = {"m.new_content": new, "m.relates_to": relation}
    return read_message(event(chance.choice(SAID), **content), ROOM, encrypted=True, device=PHONE)


FORGERIES: dict[str, Forge] = {
    "room in the open": in_the_open,
    "device not pinned": from_another_device,
    "reaction": by_a_reaction,
    "another's code": with_another_persons_code,
    "another's name": in_anothers_name,
    "edit": by_an_edit,
}


def scene() -> Scene:
    """An owner on Matrix, whose device is pinned, and another moderator's code and device."""
    made = Scene(Role.OWNER, MATRIX)

    def work(tx: Tx) -> None:
        author = next(one for one in tx.moderators.all() if one.callsign == "Third")
        post = tx.posts.find(SUBMITTED)
        code = tx.approvals.issued(SUBMITTED, SPEAKER)
        assert post is not None
        assert code is not None
        tx.approvals.issue(SUBMITTED, author.number, code.digest, FOREIGN_CODE, code.expires)

    made.store.now(work)
    return made


def count_accepted(forge: Forge) -> int:
    """Of so many forgeries of a kind, those that did anything but count a wrong code."""
    made, chance, accepted = scene(), Random(8), 0
    for _ in range(TIMES):
        said = forge(chance)
        if said is not None:
            (reply,), changed = made.tries(said)
            missed = reply is not None and reply.refused and FOREIGN_CODE in said.text
            accepted += changed and not missed
    return accepted


@pytest.mark.parametrize("kind", FORGERIES)
def test_no_forgery_is_accepted(kind: str) -> None:
    """A hundred of each."""
    assert count_accepted(FORGERIES[kind]) == 0


def test_what_is_forged_is_accepted_from_its_moderator() -> None:
    """The same words, typed on the pinned device in an encrypted room, do something: the forgeries aim well."""
    made = scene()
    for text in SAID:
        said = read_message(event(text), ROOM, encrypted=True, device=PHONE)
        assert said is not None
        (reply,), _ = made.tries(said)
        assert reply is not None
        assert not reply.refused or text == "resume_all", text


@pytest.mark.parametrize("kind", ["room in the open", "device not pinned", "reaction", "another's name"])
def test_without_proof_of_the_device_they_would_be(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody asks for the device, each of these classes comes through."""
    monkeypatch.setattr(commands, "is_proved", lambda _: True)
    assert count_accepted(FORGERIES[kind]) > 0


def test_without_codes_of_ones_own_another_code_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where any code that was issued for the post counts, it comes through."""
    monkeypatch.setattr(StoredApprovals, "matches", lambda *_: True)
    assert count_accepted(with_another_persons_code) == TIMES


def test_a_replayed_approval_is_worth_nothing() -> None:
    """The same ciphertext as an event of another name, a hundred times: the code was used up by the first."""
    made = scene()
    said = read_message(event(f"approve {SUBMITTED} {CODE}"), ROOM, encrypted=True, device=PHONE)
    assert said is not None
    made.hears(said)
    assert made.post(SUBMITTED).state is PostState.COUNTDOWN
    before = made.standing()
    for number in range(TIMES):
        made.hears(replace(said, id=f"$replay-{number}"))
    assert made.standing() == before


def count_twice() -> int:
    """Of a thousand codes, each given twice for the same post, those that count the second time, too."""
    made = Scene(Role.OWNER)
    speaker = Actor(ActorKind.MODERATOR, SPEAKER)

    def give(tx: Tx) -> int:
        twice, post = 0, tx.posts.find(SUBMITTED)
        assert post is not None
        for number in range(COUNT_CODES):
            code = f"CODE{number:04}"
            tx.approvals.void(SUBMITTED)
            tx.approvals.issue(SUBMITTED, SPEAKER, digest(post), code, 2_000_000_000)
            for turn in range(2):
                tx.posts.keep(post)
                done = approve(tx, speaker, SUBMITTED, code, now=made.clock.now(), rules=made.guide.publishing)
                assert turn or isinstance(done, Agreed)
                twice += turn and isinstance(done, Agreed)
        return twice

    return made.store.now(give)


def test_no_code_counts_twice() -> None:
    """Also where the post is brought back to where it waited (S9)."""
    assert count_twice() == 0


def test_codes_that_are_not_used_up_would_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where giving a code leaves it as it was, the count above sees it."""
    use, issue, latest = StoredApprovals.use, StoredApprovals.issue, list[str]()

    def keep(self: StoredApprovals, post: int, person: int) -> None:
        issued = self.issued(post, person)
        use(self, post, person)
        assert issued is not None
        self.issue(post, person, issued.digest, latest[-1], issued.expires)

    def note(self: StoredApprovals, *given: Any) -> None:
        latest.append(given[3])
        issue(self, *given)

    monkeypatch.setattr(StoredApprovals, "issue", note)
    monkeypatch.setattr(StoredApprovals, "use", keep)
    monkeypatch.setattr(approval, "approvals", lambda *_: frozenset({SPEAKER}))
    assert count_twice() == COUNT_CODES


def test_an_open_room_is_told_no_words_of_a_post() -> None:
    """A hold in the open stops, as it must, and tells where the post stands: nothing of what it says."""
    made = scene()
    said = read_message(event("hold 3"), replace(ROOM, encrypted=False), encrypted=False)
    assert said is not None
    reply = made.hears(said)
    assert made.post(3).state is PostState.HELD
    assert "#3 · held" in words(reply)
    assert "stand together" not in words(reply)


def test_letters_are_not_drawn_to_an_open_room() -> None:
    """Whoever proves nothing moves no moderator's letters to where they speak."""
    made = scene()
    proved = read_message(event("queue"), ROOM, encrypted=True, device=PHONE)
    opened = read_message(event("queue"), replace(ROOM, room="open", encrypted=False), encrypted=False)
    assert proved is not None
    assert opened is not None
    made.hears(proved)
    reached = made.store.table("SELECT chat FROM moderator_addresses WHERE chat IS NOT NULL")
    assert len(reached) == 1
    made.hears(replace(opened, kind=ChatKind.PRIVATE))
    assert made.store.table("SELECT chat FROM moderator_addresses WHERE chat IS NOT NULL") == reached
