"""What moderators are told unasked: each kind, in the language of the chat that it goes to, while it is worth it."""

from dataclasses import replace

import pytest

from bot.chat.moderating.letters import write_letter
from bot.chat.posting import render
from bot.model.message import Message, Span
from bot.model.moderator import Role
from bot.model.people import Address, Chat
from bot.model.post import PostState
from bot.ports import Tx
from bot.ports_moderating import Letter
from tests.chat.moderating.stage import COUNTDOWN, DONE, DRAFT, MATRIX, SPEAKER, SUBMITTED, TELEGRAM, Scene

ABOUT_PEOPLE = {"joined", "frozen", "thawed", "removed"}
ABOUT_POSTS = {"receipt", "retracted", "breaker", "unapproved", "expired", "rejected"}
VALUES = {"number": "4", "role": "editor", "platform": "telegram", "reason": "Not so", "code": "K3M9TQ"}


def write(scene: Scene, kind: str, post: int | None = None, **choices: object) -> tuple[Message, ...]:
    """The messages of such a letter, in a chat with these choices."""
    address = Address(scene.platform, "speaker")

    def work(tx: Tx) -> tuple[Message, ...]:
        row = tx.chats.keep(replace(Chat(address=address), **choices))  # type: ignore[arg-type]
        values = {"address": address, "chat": row, "expires": 2_000_000_000}
        told = {name: value for name, value in VALUES.items() if post is None or name != "number"}
        letter = Letter(number=1, moderator=SPEAKER, kind=kind, post=post, values=told, **values)  # type: ignore[arg-type]
        return write_letter(tx, letter, scene.guide)

    return scene.store.now(work)


@pytest.fixture(scope="module")
def scene() -> Scene:
    """One for all that change nothing."""
    return Scene(Role.OWNER)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("kind", sorted(ABOUT_PEOPLE | ABOUT_POSTS))
def test_each_kind_is_one_message_in_the_chats_language(scene: Scene, kind: str, language: str) -> None:
    """About a post it names the number and leads to its panel; about people their number, and never a callsign."""
    post = None if kind in ABOUT_PEOPLE else DONE
    (message,) = write(scene, kind, post, language=language)
    assert ("4" if post is None else f"#{DONE}") in message.text
    assert not {"Author", "Target", "Ice"} & set(message.text.split())
    commands = [choice.command for row in message.choices for choice in row]
    assert commands == ([] if post is None else [f"show {DONE}"])
    if kind == "joined":
        assert ("editor" in message.text) is (language == "en")
    (english,) = write(scene, kind, post, language="en")
    assert (english.text == message.text) is (language == "en")


def test_a_request_is_the_post_and_the_readers_own_line() -> None:
    """Word for word what recipients get, without its buttons; then the line to type, as that network types it."""
    for platform, sigil in ((TELEGRAM, "/"), (MATRIX, "!")):
        scene = Scene(Role.APPROVER, platform)
        *shown, request = write(scene, "request", SUBMITTED, language="en", discreet=True)
        chat = Chat(address=Address(platform, "somebody"), language="en")
        received = render(scene.guide, scene.post(SUBMITTED), chat)
        assert [message.text for message in shown] == [message.text for message in received]
        assert all(message.choices == () for message in shown)
        assert f"{sigil}approve {SUBMITTED} K3M9TQ" in request.text
        assert [choice.command for choice in request.choices[0]] == [f"preview {SUBMITTED}", f"reject {SUBMITTED}"]


def test_a_request_tells_hour_and_urgency() -> None:
    """What the approval is bound to besides the words."""
    scene = Scene(Role.APPROVER)
    late = replace(scene.post(SUBMITTED), urgent=True, hour=scene.clock.now())
    scene.store.now(lambda tx: tx.posts.keep(late))
    *_, request = write(scene, "request", SUBMITTED, timezone="Europe/Berlin")
    assert "Urgent: yes" in request.text
    assert "2026-12-01 19:30 Europe/Berlin" in request.text


def test_a_countdown_is_the_real_message_with_hold_beneath() -> None:
    """In as many parts as it has, Hold beneath the last."""
    scene = Scene(Role.OWNER)
    long = replace(scene.post(COUNTDOWN), texts={"en": (Span(text="We stand together. " * 500),)})
    scene.store.now(lambda tx: tx.posts.keep(long))
    *first, last = write(scene, "countdown", COUNTDOWN, language="en")
    assert len(first) == 2
    assert all(message.choices == () for message in first)
    ((hold,),) = last.choices
    assert (hold.command, hold.sign) == (f"hold {COUNTDOWN}", "✋")
    assert "unless somebody holds it" in last.text


def test_a_trial_is_exactly_what_the_chat_would_get() -> None:
    """Discreet where the chat is, Stop included."""
    scene = Scene(Role.EDITOR)
    for choices in ({"language": "zh-Hant"}, {"discreet": True}):
        chat = replace(Chat(address=Address(TELEGRAM, "speaker")), **choices)
        assert write(scene, "post", DRAFT, **choices) == render(scene.guide, scene.post(DRAFT), chat)


@pytest.mark.parametrize(("kind", "post"), [("request", COUNTDOWN), ("countdown", SUBMITTED), ("receipt", 99)])
def test_what_is_out_of_date_is_not_told(scene: Scene, kind: str, post: int) -> None:
    """A request that was answered, a countdown that was held, a post that is not there."""
    assert write(scene, kind, post) == ()


def test_a_trial_reaches_every_address_of_its_moderator() -> None:
    """One letter for each private chat in which they have proved to be."""
    scene = Scene(Role.EDITOR)
    scene.says("queue")

    def add(tx: Tx) -> None:
        other = Address(MATRIX, "@speaker:x")
        tx.moderators.add_address(SPEAKER, other)
        tx.moderators.reach(other, tx.chats.keep(Chat(address=Address(MATRIX, "!room:x"))))

    scene.store.now(add)
    scene.says(f"test {DRAFT}")
    for platform in (TELEGRAM, MATRIX):
        (letter,) = scene.store.now(lambda tx, platform=platform: tx.letters.ready(platform, 0, 10))  # type: ignore[misc]
        assert (letter.kind, letter.post) == ("post", DRAFT)
    assert scene.post(DRAFT).state is PostState.DRAFT
