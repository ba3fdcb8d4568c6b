"""Who becomes a moderator, on which network, and what freezing and removing do at once."""

import re

from tests.journeys.moderating.house import House, bodies, find_code, seed_matrix, seed_telegram, soon, texts
from tests.wires.stages.vocabulary import PATIENCE
from tests.wires.telegram import Person

UNKNOWN = "No person reads here"


def invite(owner: Person, words: str) -> tuple[str, str]:
    """The code of a new invitation, and the payload of its link on Telegram."""
    owner.says(f"/invite {words}")
    text = owner.waits_here("An invitation as", PATIENCE).text
    code = re.search(r"start invite-([A-Z2-9]+)", text)
    link = re.search(r"https://t\.me/\w+\?start=(\S+)", text)
    assert code is not None
    assert link is not None
    assert "https://matrix.to/#/@bot" in text
    return code[1], link[1]


def test_an_invitation_makes_a_moderator_once_on_each_network(house: House) -> None:
    """By a link on Telegram; typed on Matrix, where it pins the device; the same callsign is the same human."""
    wing, wil = house.on_telegram("Wing"), house.on_telegram("Wil")
    house.start(seed_telegram(wing, "owner"))
    _, payload = invite(wing, "approver Willow")
    wil.follows(payload)
    wil.waits_here("You are moderator 2, Willow, approver", PATIENCE)
    wing.waits_here("Moderator 2 joined", PATIENCE)
    other = house.on_telegram("Other")
    other.follows(payload)
    other.waits_here("4 parts", PATIENCE)
    assert not [text for text in texts(other) if "moderator" in text]

    code, _ = invite(wing, "approver Willow")
    bare = house.on_matrix("bare", encrypted=False)
    bare.begins()
    bare.sees("in 4 parts")
    bare.types(f"start invite-{code}")
    bare.sees("counts only in an encrypted room")
    same = house.on_matrix("willow")
    same.begins()
    same.sees("in 4 parts")
    same.types(f"start invite-{code}")
    same.sees("You are moderator 2, Willow, approver")
    same.types("moderators")
    listed = same.sees("Moderators").text
    assert listed.count("Willow") == 1

    wil.says("/announce Written by Willow on one network.")
    wil.waits_here("Post #1 is kept", PATIENCE)
    wil.says("/submit 1")
    wil.waits_here("waits for approval", PATIENCE)
    assert soon(lambda: find_code(texts(wing), 1))
    assert find_code(bodies(same), 1) is None, "nobody approves on another network what they wrote"
    same.types("approve 1 AAAAAA")
    same.sees("You wrote some of it")


def test_freezing_and_removing_end_it_at_once(house: House) -> None:
    """Frozen is a stranger in the next word; what they wrote and is not out is held; their codes are void."""
    wing, ed, ann = (house.on_telegram(name) for name in ("Wing", "Ed", "Ann"))
    house.start(seed_telegram(wing, "owner"), seed_telegram(ed, "approver"), seed_telegram(ann, "approver"))
    for each in (wing, ed, ann):
        each.says("/queue")
        each.waits_here("Nothing is to come", PATIENCE)
    assert {"announce", "approve", "read"} <= {command["command"] for command in soon(lambda: _menu(ed))}
    ed.says("/announce Words of Ed.")
    ed.waits_here("Post #1 is kept", PATIENCE)
    ed.says("/submit 1")
    code = soon(lambda: find_code(texts(ann), 1))
    wing.says("/announce Words of Wing.")
    wing.says("/submit 2")
    mine = soon(lambda: find_code(texts(ed), 2))
    ann.says("/freeze 2")
    ann.waits_here("is frozen", PATIENCE)
    wing.waits_here("Moderator 2 was frozen", PATIENCE)
    ed.says(f"/approve 2 {mine}")
    ed.waits_here(UNKNOWN, PATIENCE)
    ed.presses("preview 1")
    ed.waits_here("This button has no use any more", PATIENCE)
    soon(lambda: not _menu(ed))
    ann.says(f"/approve 1 {code}")
    ann.waits_here("Not now: it is “held”", PATIENCE)
    wing.says("/thaw 2")
    wing.waits_here("no longer frozen", PATIENCE)
    ed.says(f"/approve 2 {mine}")
    ed.waits_here("not your code", PATIENCE)
    wing.says("/remove 2")
    wing.waits_here("is removed", PATIENCE)
    ed.says("/queue")
    ed.waits_here(UNKNOWN, PATIENCE)
    wing.says("/remove 1")
    wing.waits_here("The last owner stays", PATIENCE)


def test_on_matrix_a_command_counts_from_a_pinned_device_in_an_encrypted_room(house: House) -> None:
    """From another device of the same person, in the open, or by a reaction, nothing but a hold is accepted."""
    wing, ben = house.on_telegram("Wing"), house.on_matrix("ben")
    seed = {"address": f"matrix:{ben.client.user_id}", "role": "owner", "devices": ["A" * 43]}
    house.start(seed_telegram(wing, "owner"), seed)
    wing.says("/announce Words of Wing that nobody reads before their hour.")
    wing.waits_here("Post #1 is kept", PATIENCE)
    ben.begins()
    ben.sees("in 4 parts")
    for command in ("show 1", "preview 1", "queue", "announce Mine", "pause_all", "release 1", "moderators"):
        ben.types(command)
        ben.sees("from your pinned device")
    assert not [body for body in bodies(ben) if "Words of Wing" in body]
    wing.says("/queue")
    wing.waits_here("Nothing is to come", PATIENCE)
    wing.says("/drafts")
    assert len(wing.waits_here("Unfinished", PATIENCE).buttons) == 1


def test_what_a_pinned_device_says_otherwise_than_typed_and_sealed_is_not_accepted(house: House) -> None:
    """In an open room, by an edit of an old message, by a reaction: refused or unheard, and nothing goes out."""
    wing, ben = house.on_telegram("Wing"), house.on_matrix("ben")
    house.start(seed_telegram(wing, "editor"), seed_matrix(ben, "approver"), publishing={"countdown_seconds": 0})
    ben.begins()
    ben.types("queue")
    ben.sees("Nothing is to come")
    wing.says("/announce Words that wait for Ben.")
    wing.says("/submit 1")
    code = soon(lambda: find_code(bodies(ben), 1))
    client, wait = ben.client, house.loop.wait
    request = next(seen for seen in ben.looks() if code in seen.body)
    for key in (f"approve 1 {code}", "✅", "👍"):
        wait(client.reacts(ben.room, request.event_id, key))
    old = wait(client.says(ben.room, "hello"))
    ben.sees("No person reads here")
    wait(client.edits(ben.room, old, f"!approve 1 {code}"))
    wait(client.sends(ben.room, "m.room.message", {"msgtype": "m.text", "body": f"!approve 1 {code}"}, encrypted=False))
    ben.sees("from your pinned device")
    sealed, open_room = ben.room, wait(client.opens(house.bot.user_id, encrypted=False, seconds=PATIENCE))
    ben.room = open_room
    ben.types(f"approve 1 {code}")
    ben.sees("from your pinned device")
    assert not [body for body in bodies(ben) if "Words that wait" in body]
    wing.says("/show 1")
    wing.waits_here("waits for approval", PATIENCE)
    ben.room = sealed
    ben.types(f"approve 1 {code}")
    wing.waits_here("#1 is delivered: 0/0", PATIENCE)


def _menu(person: Person) -> list[dict[str, str]]:
    """The moderators' menu, where the app shows it."""
    return person.menu if any(command["command"] == "announce" for command in person.menu) else []
