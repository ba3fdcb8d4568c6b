"""Presses that were forged, replayed, or made by somebody else: none has an effect (S4)."""

from dataclasses import replace
from functools import partial
from random import Random

import pytest

from bot.broadcast.staffing import Seed, seed
from bot.chat import moderating
from bot.chat.moderating import commands
from bot.chat.moderating.commands import NAMES
from bot.chat.moderating.desk import Desk
from bot.chat.turn import Turn
from bot.model.moderator import Moderator, Role
from bot.model.people import Address, ChatKind
from bot.model.speech import Ask
from bot.ports import Tx
from bot.storage.inbox import StoredInbox
from tests.chat.moderating.stage import CODE, FROZEN, MATRIX, NOBODY, TELEGRAM, Scene
from tests.chat.stage import NAME, ask, house

SIGNS = ("✋", "➡", "⬅")
WORDS = ("on", "off", "en", "zh-Hant", CODE, "K3M9TR", "editor", "owner", "5 8", "2026-12-10 18:00", "everybody, go")
ROLES = tuple(Role)
BATCH = 250
STOPPING = ("hold", "preview")
"""What a press may do also where nobody proves who pressed."""


def forge(scene: Scene, chance: Random, *, commands_: tuple[str, ...] = tuple(sorted(NAMES))) -> Ask:
    """A press that no button of the bot's stands for: any command, with any argument."""
    number = chance.choice(("", "0", "-1", "999999999", "#3", *map(str, range(1, 9))))
    argument = " ".join(filter(None, (number, chance.choice(("", *WORDS)))))
    text = chance.choice(SIGNS) if chance.random() < 0.1 else f"{chance.choice(commands_)} {argument}".strip()
    kind = chance.choice(tuple(ChatKind))
    speaker = None if kind is ChatKind.PRIVATE and scene.platform == TELEGRAM else "speaker"
    panel = chance.choice((None, "a panel", "panel of 3"))
    return scene.ask(text, kind=kind, speaker=speaker, pressed=True, panel=panel)


def count_effects(scene: Scene, presses: list[Ask]) -> int:
    """In how many batches something was changed; every press is answered."""
    effects = 0
    for start in range(0, len(presses), BATCH):
        replies, changed = scene.tries(*presses[start : start + BATCH])
        effects += changed
        assert all(reply is not None and (reply.message or reply.toast) for reply in replies)
    return effects


def scenes() -> list[tuple[Scene, partial[Ask]]]:
    """Whoever may press nothing: strangers and suspended ones anywhere, and owners where devices must be proved."""
    told = [(scene, partial(forge, scene)) for scene in (Scene(NOBODY), Scene(FROZEN))]
    owner = Scene(Role.OWNER, MATRIX)
    told.append((owner, partial(forge, owner, commands_=tuple(sorted(NAMES - set(STOPPING))))))
    stranger = Scene(NOBODY, MATRIX)
    return [*told, (stranger, partial(forge, stranger))]


def press_everything(count: int) -> int:
    """So many presses in all; in how many batches something was changed."""
    chance = Random(4)
    effects = 0
    for scene, make in scenes():
        presses = [make(chance) for _ in range(count // 4)]
        effects += count_effects(scene, [press for press in presses if not is_a_hold(scene, press)])
    return effects


def is_a_hold(scene: Scene, press: Ask) -> bool:
    """A moderator's hold by a tap is no forgery: it may be given without any proof, since it stops."""
    return press.text == "✋" and scene.speaker in ROLES


def test_forged_presses_do_nothing() -> None:
    """4,000 of them, in every kind of chat."""
    assert press_everything(4_000) == 0


@pytest.mark.figures
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_forged_presses_do_nothing() -> None:
    """The whole figure."""
    assert press_everything(100_000) == 0


def test_a_press_in_a_group_counts_for_no_moderator() -> None:
    """Whatever owners press among several people, with arguments that would do something in private."""
    chance, scene = Random(5), Scene(Role.OWNER)
    presses = [
        replace(forge(scene, chance), kind=chance.choice((ChatKind.GROUP, ChatKind.CHANNEL))) for _ in range(500)
    ]
    assert count_effects(scene, presses) == 0


def test_with_strangers_recognised_forged_presses_would_do_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batches above see it."""

    def recognise(turn: Turn) -> Desk:
        return Desk(turn=turn, moderator=Moderator(number=1, callsign="Author", role=Role.OWNER))

    monkeypatch.setattr(moderating, "recognise", recognise)
    assert press_everything(4_000) > 4


def test_with_devices_unproved_presses_would_do_something(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an owner's reaction counted as typed on their device, it would be seen above."""
    monkeypatch.setattr(commands, "is_proved", lambda _: True)
    scene, make = scenes()[2]
    chance = Random(6)
    presses = [press for press in (make(chance) for _ in range(500)) if not is_a_hold(scene, press)]
    assert count_effects(scene, presses) > 0


async def replay(times: int) -> int:
    """Press once, undo it, and hear the first press again so often; how many deeds that made."""
    async with house() as stage:

        def appoint(tx: Tx) -> None:
            seed(tx, [Seed(address=Address(NAME, "ada"), role=Role.OWNER)])

        await stage.store.do(appoint)
        await stage.say(ask(1, "announce Words that are long enough"))
        press = ask(2, "urgent 1 on", pressed=True, panel="message-1")
        await stage.say(press, ask(3, "urgent 1 off", pressed=True, panel="message-1"))
        before = len(await stage.store.do(lambda tx: tx.audit.latest(5_000)))
        for _ in range(times):
            await stage.conversation.hear([press])
        await stage.conversation.drain()
        return len(await stage.store.do(lambda tx: tx.audit.latest(5_000))) - before


async def test_a_replayed_press_does_nothing_more() -> None:
    """The same press, 200 times."""
    assert await replay(200) == 0


async def test_without_the_inbox_a_replay_would_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is remembered of what was heard, each replay of an undone press undoes that again."""
    monkeypatch.setattr(StoredInbox, "unheard", lambda _, asks: list(asks))
    assert await replay(3) > 0
