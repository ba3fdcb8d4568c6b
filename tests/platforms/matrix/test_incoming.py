"""What is heard of what people say, and as what."""

from typing import Any

import pytest

from bot.model.people import Address, ChatKind
from bot.model.speech import Ask, Happening
from bot.platforms.matrix.inbox import Note, Sort
from bot.platforms.matrix.incoming import Place, read_happening, read_message, read_note, read_reaction, read_redaction

BOT = "@solidarity:example.org"
PRIVATE = Place(room="!room", own=BOT, names=("Solidarity Bot",), private=True)
GROUP = Place(room="!room", own=BOT, names=("Solidarity Bot",), private=False)


def message(body: Any, sender: str = "@ada:example.org", relation: Any = None, **content: Any) -> dict[str, Any]:
    """A text as a homeserver delivers it."""
    if relation is not None:
        content["m.relates_to"] = relation
    return {
        "type": "m.room.message",
        "event_id": "$said",
        "sender": sender,
        "content": {"msgtype": "m.text", "body": body, **content},
    }


def hear(body: Any, place: Place = PRIVATE, **content: Any) -> Ask | None:
    """What the bot hears of a text."""
    return read_message(message(body, **content), place)


def test_a_bare_word_in_a_private_chat_is_heard() -> None:
    """It is not addressed. The person is named: the chat's address is the room's, not theirs."""
    assert hear("  read 3 ") == Ask(
        id="$said",
        address=Address("matrix", "!room"),
        kind=ChatKind.PRIVATE,
        text="read 3",
        addressed=False,
        speaker="@ada:example.org",
        encrypted=False,
    )


@pytest.mark.parametrize("body", ["!read 3", "！read 3", "/read 3"])
@pytest.mark.parametrize("place", [PRIVATE, GROUP])
def test_a_sigil_addresses_the_bot_anywhere(body: str, place: Place) -> None:
    """Full-width ones too."""
    ask = hear(body, place)
    assert ask is not None
    assert (ask.text, ask.addressed, ask.kind) == ("read 3", True, place.kind)


@pytest.mark.parametrize(
    "body",
    [
        "Solidarity Bot: read 3",
        "solidarity bot read 3",
        "@Solidarity Bot, read 3",
        "Solidarity Bot：read 3",
        "@solidarity:example.org: read 3",
        "@solidarity read 3",
        "Solidarity Bot: !read 3",
    ],
)
def test_the_bots_name_before_a_command_addresses_it(body: str) -> None:
    """Display name, user id or its local part, with or without a mark behind it."""
    ask = hear(body, GROUP)
    assert ask is not None
    assert (ask.text, ask.addressed, ask.speaker) == ("read 3", True, "@ada:example.org")


def test_a_pill_of_any_wording_addresses_the_bot() -> None:
    """Apps show whatever name they know; the link tells who is meant."""
    html = '<p><a href="https://matrix.to/#/%40solidarity%3Aexample.org">Old &amp; grey</a>: read 3</p>'
    ask = hear("Old & grey: read 3", GROUP, formatted_body=html)
    assert ask is not None
    assert (ask.text, ask.addressed) == ("read 3", True)


@pytest.mark.parametrize("body", ["read 3", "Solidarity Bots: read 3", "I like Solidarity Bot", "Bob: read 3"])
def test_what_is_not_addressed_in_a_group_is_not_heard(body: str) -> None:
    """The bot reads nothing but its own commands there."""
    pill = '<a href="https://matrix.to/#/@bob:example.org">Bob</a>: read 3'
    assert hear(body, GROUP, formatted_body=pill) is None


MENTION = {"m.mentions": {"user_ids": [BOT]}}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("read 3 @Solidarity Bot", "read 3"),
        ("read 3 Solidarity Bot", "read 3"),
        ("read 3 @solidarity:example.org", "read 3"),
        ("Solidarity Bot: read 3", "read 3"),
        ("ask Solidarity Bot about it", "ask Solidarity Bot about it"),
    ],
)
def test_a_mention_anywhere_addresses_the_bot(body: str, text: str) -> None:
    """One at the end is left out of the command."""
    ask = hear(body, GROUP, **MENTION)
    assert ask is not None
    assert (ask.text, ask.addressed) == (text, True)


def test_a_mention_that_the_app_made_of_a_reply_addresses_nobody() -> None:
    """Apps mention whoever is replied to; in a thread the same relation only helps old apps."""
    reply = {"m.in_reply_to": {"event_id": "$last"}}
    assert hear("read 3", GROUP, relation=reply, **MENTION) is None
    thread = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True, **reply}
    assert hear("read 3", GROUP, relation=thread, **MENTION) is not None
    assert hear("read 3", GROUP, relation=thread) is None


@pytest.mark.parametrize("mentions", [None, {}, {"user_ids": "@solidarity:example.org"}, {"user_ids": ["@ben:x"]}, []])
def test_what_mentions_somebody_else_is_not_heard(mentions: Any) -> None:
    """Nor what is malformed."""
    assert hear("read 3", GROUP, **{"m.mentions": mentions}) is None


def test_a_thread_is_answered_in_the_thread() -> None:
    """Its root is the topic; a plain reply has none."""
    relation = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$last"}}
    ask = hear("read 3", relation=relation)
    assert ask is not None
    assert ask.address == Address("matrix", "!room", "$root")
    reply = hear("read 3", relation={"m.in_reply_to": {"event_id": "$last"}})
    assert reply is not None
    assert reply.address.topic is None


def test_what_a_reply_quotes_is_left_out() -> None:
    """Only in a reply: elsewhere a line may begin so."""
    body = "> <@bot:example.org> Part 1\n> and more\n\nread 3"
    ask = hear(body, relation={"m.in_reply_to": {"event_id": "$last"}})
    assert ask is not None
    assert ask.text == "read 3"
    unquoted = hear(body)
    assert unquoted is not None
    assert unquoted.text == body


@pytest.mark.parametrize(
    "event",
    [
        message("read 3", msgtype="m.notice"),
        message("read 3", msgtype="m.emote"),
        message("photo.jpg", msgtype="m.image"),
        message("read 3", sender=BOT),
        message("* read 3", relation={"rel_type": "m.replace", "event_id": "$old"}),
        message(None),
        message(["read 3"]),
        {**message("read 3"), "content": {}},
        {**message("read 3"), "content": "read 3"},
        {**message("read 3"), "type": "m.sticker"},
    ],
)
def test_what_is_not_for_the_bot_to_hear(event: dict[str, Any]) -> None:
    """Notices, edits, pictures, its own words, and what is no text at all."""
    assert read_message(event, PRIVATE) is None


def reaction(**relation: Any) -> dict[str, Any]:
    """A reaction as a homeserver delivers it."""
    given = {"rel_type": "m.annotation", "event_id": "$panel", "key": "➡️", **relation}
    return {"type": "m.reaction", "sender": "@ada:example.org", "content": {"m.relates_to": given}}


def test_a_reaction_in_a_private_chat_is_read() -> None:
    """In a group, or of the bot itself, it is none of our business."""
    assert read_reaction(reaction(), PRIVATE) == ("$panel", "➡️")
    assert read_reaction(reaction(), GROUP) is None
    assert read_reaction({**reaction(), "sender": BOT}, PRIVATE) is None
    assert read_reaction(reaction(key=7), PRIVATE) is None
    assert read_reaction(reaction(rel_type="m.thread"), PRIVATE) is None


def test_a_redaction_names_its_target_in_either_place() -> None:
    """Room versions differ; our own are not heard."""
    event = {"type": "m.room.redaction", "sender": "@ada:example.org", "content": {}}
    assert read_redaction({**event, "redacts": "$old"}, PRIVATE) == "$old"
    assert read_redaction({**event, "content": {"redacts": "$new"}}, PRIVATE) == "$new"
    assert read_redaction(event, PRIVATE) is None
    assert read_redaction({**event, "redacts": "$old"}, GROUP) is None
    assert read_redaction({**event, "redacts": "$old", "sender": BOT}, PRIVATE) is None


def test_a_press_note_is_a_pressed_ask() -> None:
    """The sign is its text, the panel the one to edit."""
    ask = read_note(Note(event="$r", room="!room", sort=Sort.PRESS, panel="$panel", sign="➡"), PRIVATE)
    assert ask is not None
    assert (ask.id, ask.text, ask.pressed, ask.panel, ask.addressed) == ("$r", "➡", True, "$panel", True)


def test_coming_into_a_private_chat_is_a_start() -> None:
    """So that the reader is greeted without having to know how."""
    ask = read_note(Note(event="$join", room="!room", sort=Sort.GREETING), PRIVATE)
    assert ask is not None
    assert (ask.id, ask.text, ask.addressed, ask.pressed) == ("$join", "start", True, False)
    assert read_note(Note(event="$said", room="!room", sort=Sort.MESSAGE), PRIVATE) is None


def test_a_press_of_before_is_none_in_a_room_of_several() -> None:
    """Whatever was pressed while it was a private chat."""
    assert read_note(Note(event="$r", room="!room", sort=Sort.PRESS, panel="$panel", sign="➡"), GROUP) is None


@pytest.mark.parametrize("sort", [sort for sort in Sort if sort.happening is not None])
def test_what_happened_tells_all_of_itself(sort: Sort) -> None:
    """The room may be gone when it is told."""
    note = Note(event="$e", room="!old", sort=sort, speaker="@ada:example.org", about="!new", private=True)
    assert read_happening(note) == Ask(
        id="$e",
        address=Address("matrix", "!old"),
        kind=ChatKind.PRIVATE,
        text="",
        addressed=False,
        speaker="@ada:example.org",
        happening=Happening(sort.value),
        about=Address("matrix", "!new"),
        encrypted=False,
    )
    assert read_note(note, PRIVATE) is None


@pytest.mark.parametrize("sort", [Sort.MESSAGE, Sort.PRESS, Sort.GREETING, Sort.SEALED])
def test_what_was_said_is_no_happening(sort: Sort) -> None:
    """It is read with the room that it was said in."""
    assert read_happening(Note(event="$e", room="!room", sort=sort)) is None


def test_nothing_shows_who_or_where() -> None:
    """Reprs stand in tracebacks."""
    shown = repr((PRIVATE, hear("a secret"), Note(event="$said", room="!room", sort=Sort.MESSAGE)))
    assert not [word for word in ("!room", "$said", "@solidarity", "a secret") if word in shown]
