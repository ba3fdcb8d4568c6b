"""Plain words of a moderator: drafts without a command, and long pastes in pieces, never published in halves."""

from datetime import timedelta

import pytest

from bot.chat.moderating import publishing
from bot.chat.moderating.pieces import LONG, MOST, WINDOW_SECONDS, join
from bot.model.message import Span
from bot.model.moderator import Role
from bot.model.people import ChatKind
from bot.model.post import Post, PostState
from bot.model.speech import Reply
from tests.chat.moderating.stage import FROZEN, MATRIX, NOBODY, PHONE, REST, Scene, words

NEW = REST + 1
PIECE = REST + 2
SENTENCE = "We stand together, whoever asks us to be silent. "
CHINESE = "我們今晚站在一起，誰也不能叫我們沉默。"


def fill(units: int, sentence: str = SENTENCE) -> str:
    """A text of so many UTF-16 units, which ends in the middle of a word."""
    return (sentence * (units // len(sentence) + 1))[:units]


def cut(text: str, room: int = MOST - len("/announce ")) -> tuple[str, str]:
    """As an app that sends a long text in two messages, of which Telegram takes the blanks at the ends."""
    return text[:room].strip(), text[room:].strip()


def says_plain(scene: Scene, text: str, **how: object) -> Reply | None:
    """Words without a sigil."""
    return scene.says(text, addressed=False, **how)


def text_of(post: Post, tag: str = "en") -> str:
    """What a post says."""
    return "".join(span.text for span in post.texts[tag])


def paste(scene: Scene, text: str) -> tuple[Reply | None, Reply | None]:
    """Announce a text that the app cuts in two."""
    first, rest = cut(text)
    return scene.says(f"announce {first}"), says_plain(scene, rest)


def test_a_rest_is_asked_about_and_kept_as_a_draft() -> None:
    """The question names both numbers, and offers three answers; the rest is kept meanwhile."""
    scene = Scene(Role.EDITOR)
    text = fill(6000)
    _, asked = paste(scene, text)
    assert f"#{PIECE} may be the rest of #{NEW}" in words(asked)
    for command in (f"append {NEW} {PIECE}", f"apart {NEW} {PIECE}", f"discard {NEW} {PIECE}"):
        assert f"] {command}" in words(asked)
    assert "] submit" not in words(asked)
    assert scene.post(PIECE).state is PostState.DRAFT
    assert (text_of(scene.post(NEW)), text_of(scene.post(PIECE))) == cut(text)


@pytest.mark.parametrize("number", [NEW, PIECE])
def test_neither_half_can_be_submitted_before_the_answer(number: int) -> None:
    """It is refused, and both stay drafts."""
    scene = Scene(Role.EDITOR)
    paste(scene, fill(6000))
    refused = scene.says(f"submit {number}")
    assert refused is not None
    assert refused.refused
    assert scene.post(number).state is PostState.DRAFT


def test_without_the_question_a_half_would_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody looks for a rest, submitting works: the test above sees it."""
    monkeypatch.setattr(publishing, "find_rest", lambda *_: None)
    scene = Scene(Role.EDITOR)
    paste(scene, fill(6000))
    scene.says(f"submit {NEW}")
    assert scene.post(NEW).state is PostState.SUBMITTED


@pytest.mark.parametrize("lead", ["", "So: "])
def test_appending_gives_the_whole_text_back(lead: str) -> None:
    """Cut at a blank, or by a full message in the middle of a word; the draft is no post any more."""
    scene = Scene(Role.EDITOR)
    text = lead + fill(6000)
    paste(scene, text)
    done = scene.says(f"append {NEW} {PIECE}")
    assert "Read over the seam" in words(done)
    assert text_of(scene.post(NEW)) == text.strip()
    assert scene.post(PIECE).state is PostState.CANCELLED
    scene.says(f"submit {NEW}")
    assert scene.post(NEW).state is PostState.SUBMITTED


def test_three_pieces_are_one_rest() -> None:
    """The third belongs behind the second; one answer puts all together. A second press changes nothing."""
    scene = Scene(Role.EDITOR)
    text = "So: " + fill(11_000)
    first, more = cut(text)
    scene.says(f"announce {first}")
    for piece in cut(more, MOST):
        asked = says_plain(scene, piece)
        assert f"#{PIECE} may be the rest" in words(asked)
    scene.says(f"append {NEW} {PIECE}")
    assert text_of(scene.post(NEW)) == text.strip()
    before = scene.standing()
    scene.says(f"append {NEW} {PIECE}")
    assert scene.standing() == before


def test_a_rest_may_be_a_post_of_its_own() -> None:
    """Then both can be submitted."""
    scene = Scene(Role.EDITOR)
    paste(scene, fill(6000))
    scene.says(f"apart {NEW} {PIECE}")
    for number in (NEW, PIECE):
        scene.says(f"submit {number}")
        assert scene.post(number).state is PostState.SUBMITTED


def test_a_rest_may_be_left_out() -> None:
    """Then it is no post, and the first piece alone can be submitted."""
    scene = Scene(Role.EDITOR)
    first, _ = cut(fill(6000))
    paste(scene, fill(6000))
    scene.says(f"discard {NEW} {PIECE}")
    assert scene.post(PIECE).state is PostState.CANCELLED
    scene.says(f"submit {NEW}")
    assert text_of(scene.post(NEW)) == first.strip()
    assert scene.post(NEW).state is PostState.SUBMITTED


def test_what_went_for_approval_before_its_rest_came_is_held() -> None:
    """Somebody was quicker than the second message: it is held, and cannot be released before the answer."""
    scene = Scene(Role.OWNER)
    first, rest = cut(fill(6000))
    scene.says(f"announce {first}")
    scene.says(f"submit {NEW}")
    says_plain(scene, rest)
    assert scene.post(NEW).state is PostState.HELD
    assert "more of its text came" in words(scene.says(f"show {NEW}"))
    refused = scene.says(f"release {NEW}")
    assert refused is not None
    assert refused.refused
    assert scene.post(NEW).state is PostState.HELD


def test_a_rest_that_cannot_be_kept_blocks_all_the_same() -> None:
    """Hidden characters are named; nothing of the piece is kept, and it can only be left out."""
    scene = Scene(Role.EDITOR)
    first, _ = cut(fill(6000))
    scene.says(f"announce {first}")
    asked = says_plain(scene, "an end with a \u200b hidden character")
    assert "U+200B" in words(asked)
    assert scene.post(PIECE).texts == {}
    for command in (f"submit {NEW}", f"append {NEW} {PIECE}", f"apart {NEW} {PIECE}"):
        refused = scene.says(command)
        assert refused is not None
        assert refused.refused
    scene.says(f"discard {NEW} {PIECE}")
    scene.says(f"submit {NEW}")
    assert scene.post(NEW).state is PostState.SUBMITTED


def test_a_text_set_anew_takes_the_place_of_its_old_rest() -> None:
    """``text`` pasted again in two pieces: the draft keeps the new second piece alone."""
    scene = Scene(Role.EDITOR)
    paste(scene, fill(6000))
    again = fill(6000, "Another text altogether, for everybody who reads. ")
    room = MOST - len(f"/text {NEW} en ")
    scene.says(f"text {NEW} en {again[:room]}")
    says_plain(scene, again[room:])
    scene.says(f"append {NEW} {PIECE}")
    assert text_of(scene.post(NEW)) == again.strip()


def test_a_rest_follows_its_text_into_its_language() -> None:
    """The language of the first piece is asked for, and so is the rest; whichever is answered first, it fits."""
    scene = Scene(Role.EDITOR)
    text = fill(6000, CHINESE)
    paste(scene, text)
    assert f"] tag {NEW} zh-Hant" in words(scene.says(f"show {NEW}"))
    scene.says(f"tag {NEW} zh-Hant")
    scene.says(f"append {NEW} {PIECE}")
    assert set(scene.post(NEW).texts) == {"zh-Hant"}
    assert text_of(scene.post(NEW), "zh-Hant") == text


@pytest.mark.parametrize(
    ("units", "seconds", "asked"),
    [
        (LONG, 0, True),
        (LONG, WINDOW_SECONDS - 1, True),
        (LONG, WINDOW_SECONDS, False),
        (LONG - 1, 0, False),
    ],
)
def test_only_what_follows_a_long_text_soon_is_a_rest(units: int, seconds: int, *, asked: bool) -> None:
    """3,500 units and a minute are the limits."""
    scene = Scene(Role.EDITOR)
    scene.says(f"announce {fill(units - 1)}.")
    scene.clock.moment += timedelta(seconds=seconds)
    reply = says_plain(scene, "And so on, for less than forty letters")
    assert ("may be the rest" in words(reply)) is asked
    assert ("No person reads here" in words(reply)) is not asked


def test_another_command_ends_the_wait_for_a_rest() -> None:
    """A short post in between: what follows belongs to nothing."""
    scene = Scene(Role.EDITOR)
    scene.says(f"announce {fill(3600)}")
    scene.says("announce Something short.")
    assert "may be the rest" not in words(says_plain(scene, "And so on"))


def test_plain_words_become_a_draft() -> None:
    """Forty characters are a post; fewer are unknown text; a forwarded one is a post whatever its length."""
    scene = Scene(Role.EDITOR)
    assert "No person reads here" in words(says_plain(scene, "x" * 39))
    assert f"Post #{NEW} is kept" in words(says_plain(scene, "x" * 40))
    assert f"Post #{NEW + 1} is kept" in words(says_plain(scene, "Brief.", forwarded=True))
    assert text_of(scene.post(NEW + 1)) == "Brief."


def test_a_forwarded_command_commands_nothing() -> None:
    """Somebody else's words that a moderator passes on are a text, however they begin."""
    scene = Scene(Role.OWNER)
    scene.says("pause_all", forwarded=True)
    assert scene.store.now(lambda tx: tx.notes.get("paused")) is None
    assert text_of(scene.post(NEW)) == "pause_all"


def test_a_mistyped_command_is_no_post() -> None:
    """Behind a sigil it was meant as a command."""
    scene = Scene(Role.EDITOR)
    assert "No person reads here" in words(scene.says(f"anounce {fill(100)}"))


@pytest.mark.parametrize("speaker", [NOBODY, FROZEN])
def test_of_others_nothing_is_kept(speaker: str) -> None:
    """A reader's long words are unknown text, and leave no trace."""
    scene = Scene(speaker)
    for forwarded in (False, True):
        reply, changed = scene.tries(scene.ask(fill(4000), addressed=False, forwarded=forwarded))
        assert not changed
        assert "No person reads here" in words(reply[0])


def test_on_matrix_only_a_proved_device_writes() -> None:
    """In the open or from another device, plain words are a stranger's."""
    scene = Scene(Role.EDITOR, MATRIX)
    for how in ({"encrypted": False}, {"device": "another"}, {"device": None}):
        assert "No person reads here" in words(says_plain(scene, fill(100), **how))
    assert f"Post #{NEW} is kept" in words(says_plain(scene, fill(100), device=PHONE))


def test_in_a_group_a_moderators_words_are_nobodys() -> None:
    """Silence, and nothing kept."""
    scene = Scene(Role.OWNER)
    replies, changed = scene.tries(scene.ask(fill(100), addressed=False, kind=ChatKind.GROUP, speaker="speaker"))
    assert replies == [None]
    assert not changed


@pytest.mark.parametrize(
    ("before", "after", "torn", "whole"),
    [
        ("stand tog", "ether now", True, "stand together now"),
        ("stand", "together", False, "stand together"),
        ("The end.", "A beginning", False, "The end.\nA beginning"),
        ("站在", "一起", False, "站在一起"),
        ("結束。", "開始", False, "結束。\n開始"),
        ("", "all of it", False, "all of it"),
    ],
)
def test_a_blank_lost_at_the_seam_stands_again(before: str, after: str, whole: str, *, torn: bool) -> None:
    """Where the app cut at a blank; not where the message was full, nor between Chinese characters."""
    first = (Span(text=before),) if before else ()
    assert "".join(span.text for span in join(first, (Span(text=after),), torn=torn)) == whole
