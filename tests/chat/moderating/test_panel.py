"""The panel of a post: what it says, whom it reaches, and the steps that are open from here."""

from dataclasses import replace

import pytest

from bot.model.message import Span
from bot.model.moderator import OPERATOR, Role
from bot.model.parcel import DeliveryState, ParcelState, Settlement
from bot.model.people import Address, Chat, Updates
from bot.model.post import PostState
from bot.ports import Tx
from tests.chat.moderating.stage import (
    ASKED,
    CODE,
    COUNTDOWN,
    DONE,
    DRAFT,
    FROZEN,
    HELD,
    MATRIX,
    SUBMITTED,
    TELEGRAM,
    Scene,
    choices,
    words,
)

ALWAYS = {"preview", "test"}
EVERYBODYS = {
    DRAFT: {*ALWAYS, "urgent", "submit", "cancel"},
    SUBMITTED: {*ALWAYS, "urgent", "submit", "hold", "cancel"},
    COUNTDOWN: {*ALWAYS, "urgent", "hold", "cancel"},
    HELD: {*ALWAYS, "urgent", "submit", "cancel"},
}
"""Which steps a moderator has from each state; an approver also releases what is held."""


def steps(scene: Scene, number: int) -> dict[str, str]:
    """The first word of each button of that panel, and what it stands for."""
    reply = scene.says(f"show {number}")
    assert reply is not None
    assert reply.message is not None
    commands = [choice.command or "" for choice in choices(reply.message)]
    return {command.partition(" ")[0]: command for command in commands}


@pytest.mark.parametrize("number", EVERYBODYS)
def test_the_steps_are_those_that_the_state_allows(number: int) -> None:
    """Nothing stands there that would be refused; each names the post, whatever is pressed later."""
    scene = Scene(Role.EDITOR)
    found = steps(scene, number)
    assert set(found) == EVERYBODYS[number]
    assert all(command.split()[1] == str(number) for command in found.values())
    assert set(steps(Scene(Role.APPROVER), number)) == EVERYBODYS[number] | ({"release"} if number == HELD else set())


def test_the_texts_are_told_language_by_language() -> None:
    """Those that are there, shortened; and those that are missing."""
    scene = Scene(Role.EDITOR)
    scene.says(f"text {DRAFT} zh-Hant {'我們站在一起。' * 40}")
    text = words(scene.says(f"show {DRAFT}"))
    assert "English: We stand together." in text
    assert "Simplified Chinese: missing" in text
    assert "…" in text
    assert len(text) < 1000


def test_the_hour_is_told_in_the_moderators_zone() -> None:
    """And the moment when a countdown ends."""
    scene = Scene(Role.EDITOR)
    scene.says("timezone Europe/Berlin")
    assert "Hour: as soon as it is approved" in words(scene.says(f"show {DRAFT}"))
    scene.says(f"schedule {DRAFT} 2026-12-10 18:00")
    assert "Hour: 2026-12-10 18:00 Europe/Berlin" in words(scene.says(f"show {DRAFT}"))
    assert "Goes out at 2026-12-01 19:31 Europe/Berlin" in words(scene.says(f"show {COUNTDOWN}"))


@pytest.mark.parametrize("state", [DeliveryState.RUNNING, DeliveryState.DONE, DeliveryState.HELD])
def test_the_figure_stands_on_every_panel_of_a_delivery(state: DeliveryState) -> None:
    """``3/7`` in all and network by network, in the panel and in the queue, running or finished."""
    scene = Scene(Role.EDITOR)

    def deliver(tx: Tx) -> None:
        for number in range(7):
            platform = TELEGRAM if number < 5 else MATRIX
            tx.chats.keep(Chat(address=Address(platform, f"reader {number}"), updates=Updates.ALL))
        post = tx.posts.find(DONE)
        assert post is not None
        for platform, arrive in ((TELEGRAM, 2), (MATRIX, 1)):
            delivery = tx.outbox.open(DONE, 0, platform, urgent=False, now=0)
            while tx.outbox.fill(delivery.number, 100):
                pass
            ready = tx.outbox.ready(delivery.number, (ParcelState.FRESH,), 1, arrive)
            tx.outbox.claim(delivery.number, ready, 2, 1)
            settled = [Settlement(number=one.number, state=ParcelState.SENT, references=("1",)) for one in ready]
            tx.outbox.settle(delivery.number, settled)
            tx.outbox.steer(delivery.number, state, OPERATOR, None, 1)
        states = {DeliveryState.RUNNING: PostState.RUNNING, DeliveryState.HELD: PostState.HELD}
        tx.posts.keep(replace(post, state=states.get(state, PostState.DONE)))

    scene.store.now(deliver)
    text = words(scene.says(f"show {DONE}"))
    assert "Delivered: 3/7" in text
    assert "Telegram: 2/5" in text
    assert "Matrix: 1/2" in text
    assert f"] show {DONE}" in text, "a panel of a delivery can be refreshed"
    if state is not DeliveryState.DONE:
        assert f"#{DONE} · " in words(scene.says("queue"))
        assert "3/7" in words(scene.says("queue"))


def test_an_approver_is_shown_a_code_of_their_own() -> None:
    """By ``show``, typed as that network types it; the one before is worth nothing then. To others none is shown."""
    scene = Scene(Role.APPROVER)
    text = words(scene.says(f"show {SUBMITTED}"))
    assert f"/approve {SUBMITTED} " in text
    code = text.split(f"/approve {SUBMITTED} ")[1][:6]
    assert code != CODE
    refused = scene.says(f"approve {SUBMITTED} {CODE}")
    assert refused is not None
    assert refused.refused
    scene.says(f"approve {SUBMITTED} {code}")
    assert scene.post(SUBMITTED).state is PostState.COUNTDOWN
    assert "/approve" not in words(Scene(Role.EDITOR).says(f"show {SUBMITTED}"))


def test_an_answer_given_again_shows_no_code_that_is_kept_nowhere() -> None:
    """After a kill the panel says that the code was lost, and an invitation that it is to be made anew."""
    scene = Scene(Role.OWNER)
    before = scene.standing()
    text = words(scene.hears(scene.ask(f"show {SUBMITTED}"), repeated=True))
    assert "lost on the way" in text
    assert f"approve {SUBMITTED} " not in text
    scene = Scene(Role.OWNER)
    told = scene.says("invite editor Willow")
    assert told is not None
    again = words(scene.hears(scene.ask(told.command), repeated=True))
    assert "its code was lost on the way" in again
    assert "/invite editor Willow" in again
    assert "start invite-" not in again
    assert before


def test_a_language_that_is_not_known_is_asked_for_on_every_panel() -> None:
    """With a button for each that it may be; until then nothing is previewed, tested or submitted."""
    scene = Scene(Role.EDITOR)
    assert set(steps(scene, ASKED)) == {"tag", *ALWAYS, "urgent", "cancel"}
    for command in ("submit", "preview", "test"):
        reply = scene.says(f"{command} {ASKED}")
        assert reply is not None
        assert reply.refused
        assert f"] tag {ASKED} en" in words(reply)
    scene.says(f"tag {ASKED} en")
    assert scene.post(ASKED).texts == {"en": (Span(text="Words"),)}
    assert "submit" in steps(scene, ASKED)


def test_another_script_than_the_moderators_is_asked_about() -> None:
    """English is theirs; Traditional characters can be one of two languages, or plainly one."""
    scene = Scene(Role.EDITOR)
    asked = words(scene.says("announce 我們今晚站在一起，說出來。"))
    assert "In which language is it?" in asked
    assert "] tag 9 zh-Hant" in asked
    assert "] tag 9 zh-Hans" not in asked
    either = words(scene.says("announce 一人一心"))
    assert "] tag 10 zh-Hant" in either
    assert "] tag 10 zh-Hans" in either


def test_reasons_are_told_in_words() -> None:
    """The program's own in the moderator's language; a moderator's as they wrote it."""
    scene = Scene(Role.OWNER)
    held = replace(scene.post(HELD), why="frozen")
    scene.store.now(lambda tx: tx.posts.keep(held))
    assert "is frozen" in words(scene.says(f"show {HELD}"))
    scene.says(f"reject {SUBMITTED} Not in this tone")
    assert "Reason: Not in this tone" in words(scene.says(f"show {SUBMITTED}"))


def test_pages_of_a_preview_turn_by_taps() -> None:
    """Next and Back name their page; a reaction on Matrix moves the panel from the page that it shows."""
    scene = Scene(Role.EDITOR)
    long = "We stand together, whoever asks us to be silent. " * 200
    scene.says(f"text {DRAFT} en {long}")
    first = scene.says(f"preview {DRAFT} en")
    assert first is not None
    assert first.command == f"preview {DRAFT} en 1"
    assert f"] preview {DRAFT} en 2" in words(first)
    scene.store.now(lambda tx: tx.sent.keep(1, "the panel", first.command))
    second = scene.says("➡", pressed=True, panel="the panel")
    assert second is not None
    assert second.command == f"preview {DRAFT} en 2"
    assert f"] preview {DRAFT} en 1" in words(second)
    assert "preview" not in words(Scene(FROZEN).says("➡", pressed=True, panel="the panel"))
