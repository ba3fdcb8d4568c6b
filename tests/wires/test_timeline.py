"""A room is shown as Element shows it: edits applied, what was taken back gone, reactions beneath."""

from tests.wires.matrix.line import Json
from tests.wires.matrix.timeline import Timeline

BOT, ADA = "@bot:matrix.test", "@ada:matrix.test"


def _event(event_id: str, kind: str, content: Json, sender: str = BOT) -> Json:
    return {"event_id": event_id, "type": kind, "sender": sender, "origin_server_ts": 1, "content": content}


def _say(event_id: str, body: str, sender: str = BOT) -> Json:
    return _event(event_id, "m.room.message", {"msgtype": "m.notice", "body": body}, sender)


def _edit(event_id: str, target: str, body: str, sender: str = BOT) -> Json:
    content = {
        "msgtype": "m.notice",
        "body": f"* {body}",
        "m.mentions": {},
        "m.new_content": {"msgtype": "m.notice", "body": body},
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }
    return _event(event_id, "m.room.message", content, sender)


def _react(event_id: str, target: str, key: str, sender: str = BOT) -> Json:
    relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
    return _event(event_id, "m.reaction", {"m.relates_to": relation}, sender)


def _bodies(timeline: Timeline) -> list[str]:
    return [seen.body for seen in timeline.messages()]


def test_the_latest_edit_of_the_same_sender_counts() -> None:
    """A stranger's edit changes nothing; an edit that is taken back gives the one before it free."""
    timeline = Timeline()
    timeline.add([_say("$1", "one"), _edit("$2", "$1", "two"), _edit("$3", "$1", "three"), _edit("$4", "$1", "x", ADA)])
    assert _bodies(timeline) == ["three"]
    assert [edit["body"] for edit in timeline.messages()[0].edits] == ["* two", "* three"]
    timeline.add([_event("$5", "m.room.redaction", {"redacts": "$3"})])
    assert _bodies(timeline) == ["two"]


def test_an_edit_in_the_clear_does_not_change_an_encrypted_message() -> None:
    """Else the homeserver could put words into the bot's mouth."""
    timeline = Timeline()
    timeline.add([_event("$1", "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"}), _edit("$2", "$1", "two")])
    entry = timeline.unreadable()[0]
    entry.event, entry.problem = _say("$1", "one"), None
    assert _bodies(timeline) == ["one"]
    assert timeline.messages()[0].encrypted


def test_what_is_taken_back_is_gone() -> None:
    """Messages and reactions, by the redactions of old rooms and of new ones."""
    timeline = Timeline()
    timeline.add([_say("$1", "one"), _say("$2", "two"), _react("$3", "$2", "▶"), _react("$4", "$2", "◀", ADA)])
    assert timeline.messages()[1].keys == ["▶", "◀"]
    timeline.add([_event("$5", "m.room.redaction", {"redacts": "$1"})])
    timeline.add([_event("$6", "m.room.redaction", {}) | {"redacts": "$3"}])
    assert _bodies(timeline) == ["two"]
    assert timeline.messages()[0].keys == ["◀"]
    assert (timeline.is_redacted("$1"), timeline.is_redacted("$2")) == (True, False)


def test_events_keep_their_order() -> None:
    """What is fetched later but happened earlier stands before; nothing stands twice."""
    timeline = Timeline()
    timeline.add([_say("$3", "three")])
    timeline.add([_say("$1", "one"), _say("$2", "two"), _say("$3", "three")], before=True)
    timeline.add([_say("$3", "three"), _say("$4", "four")])
    assert _bodies(timeline) == ["one", "two", "three", "four"]
