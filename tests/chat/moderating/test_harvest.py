"""What moderators can learn of the audience: numbers that point at nobody, and never an id (S7)."""

from collections.abc import Iterator
from itertools import product

import pytest

from bot.chat.moderating import figures, watching
from bot.chat.moderating.commands import COMMANDS, NAMES, Command
from bot.chat.moderating.desk import Desk
from bot.chat.moderating.letters import write_letter
from bot.chat.turn import reply
from bot.model.message import Message, Span
from bot.model.moderator import Role
from bot.model.parcel import Parcel, ParcelState, Settlement
from bot.model.people import Address, Chat, ChatKind, Updates
from bot.model.speech import Reply
from bot.ports import Tx
from tests.chat.moderating.stage import AUTHOR, DONE, MATRIX, SPEAKERS, TARGET, TELEGRAM, Scene
from tests.chat.moderating.test_roles import ARGUMENTS
from tests.wires.traces import forms

READERS = 60
FEW = 3
"""Readers on Matrix: a group that is too small to be told apart."""
ARGUED = ("", "1", "5", "7 8", "5 en", "everybody", "subscribers", "a@b", *ARGUMENTS.values())
LATE = 2_000_000_000


def plant(scene: Scene) -> list[str]:
    """Readers and moderators on both networks, in a delivery that runs; all their ids."""
    planted: list[str] = []

    def settle(tx: Tx) -> None:
        for number in range(READERS + FEW):
            few = number >= READERS
            native = f"!room{number:07}:planted.example" if few else str(7_000_000_000 + number)
            platform, kind = (MATRIX, ChatKind.PRIVATE) if few else (TELEGRAM, tuple(ChatKind)[number % 3])
            language = ("en", "zh-Hant", None)[number % 3]
            tx.chats.keep(Chat(address=Address(platform, native), kind=kind, language=language, updates=Updates.ALL))
            planted.append(native)
        for number in (AUTHOR, TARGET):
            address = Address(TELEGRAM, str(8_000_000_000 + number))
            tx.moderators.add_address(number, address)
            tx.moderators.reach(address, tx.chats.keep(Chat(address=address)))
            planted.append(address.native)
        for platform in (TELEGRAM, MATRIX):
            delivery = tx.outbox.open(DONE, 0, platform, urgent=False, now=int(scene.clock.now().timestamp()))
            while tx.outbox.fill(delivery.number, 1000):
                pass
            ready = tx.outbox.ready(delivery.number, (ParcelState.FRESH,), LATE, 40)
            tx.outbox.claim(delivery.number, ready, LATE, LATE)
            tx.outbox.settle(delivery.number, [settle_one(parcel, rank) for rank, parcel in enumerate(ready)])

    scene.store.now(settle)
    return planted


def settle_one(parcel: Parcel, rank: int) -> Settlement:
    """Some arrived, some failed, some are gone."""
    state = (ParcelState.SENT, ParcelState.FAILED, ParcelState.GONE)[rank % 3]
    return Settlement(number=parcel.number, state=state, references=(f"{parcel.chat.address.native}:1",))


def told(answer: Reply | None) -> Iterator[str]:
    """Everything that a reply puts before somebody's eyes."""
    if answer is not None:
        yield answer.toast or ""
        yield answer.command
        if answer.message is not None:
            yield from shown(answer.message)


def shown(message: Message) -> Iterator[str]:
    """Everything that stands in a message."""
    yield "".join(f"{span.text}{span.link or ''}" for span in message.spans)
    yield from (f"{choice.label} {choice.command} {choice.url}" for row in message.choices for choice in row)


def harvest(scene: Scene) -> str:
    """Every command with every argument, said in earnest, and every letter that comes of it."""
    texts: list[str] = []
    for name, argument in product(sorted(NAMES), ARGUED):
        texts += told(scene.hears(scene.ask(f"{name} {argument}".strip())))
    for text in ("my_data", "privacy", "about", "help", "updates", "start"):
        texts += told(scene.hears(scene.ask(text)))

    def letters(tx: Tx) -> list[str]:
        found: list[str] = []
        for platform in (TELEGRAM, MATRIX):
            for letter in tx.letters.ready(platform, 0, 10_000):
                for message in write_letter(tx, letter, scene.guide):
                    found += shown(message)
        return found

    return "\n".join([*texts, *scene.store.now(letters)])


def find(text: str, planted: list[str]) -> list[str]:
    """The ids that stand in it, in whatever writing."""
    folded = text.lower().encode()
    return [one for one in planted if any(form.lower() in folded for form in forms(one).values())]


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_no_command_tells_an_id(speaker: str) -> None:
    """As every role, with arguments of all sorts; in answers, buttons, toasts and letters."""
    scene = Scene(speaker)
    planted = plant(scene)
    assert len(planted) == READERS + FEW + 2
    text = harvest(scene)
    assert len(text) > 1000
    assert find(text, planted) == []


def test_an_id_that_is_told_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ``stats`` listed who is there, the search above finds them."""

    def list_everybody(desk: Desk, _: str) -> Reply:
        chats = [desk.tx.chats.locate(number) for number in range(1, READERS + 1)]
        return reply("stats", tuple(Span(text=f"{chat.address.native} ") for chat in chats if chat))

    assert isinstance(COMMANDS, dict)
    monkeypatch.setitem(COMMANDS, "stats", Command(list_everybody))
    scene = Scene(Role.EDITOR)
    planted = plant(scene)
    assert len(find(harvest(scene), planted)) > READERS // 2


def test_small_groups_are_not_told_apart() -> None:
    """Three readers on Matrix are fewer than ten, in panels and figures."""
    scene = Scene(Role.EDITOR)
    plant(scene)
    for command in ("stats", "show 1"):
        text = "\n".join(told(scene.hears(scene.ask(command)))).replace(":", "")
        assert "Matrix <10" in text
        assert "Telegram 60" in text
        assert f"Matrix {FEW}" not in text


def test_unrounded_figures_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numbers were told as they are, the three would be."""
    monkeypatch.setattr(watching, "rounded", str)
    scene = Scene(Role.EDITOR)
    plant(scene)
    assert f"Matrix: {FEW}" in "\n".join(told(scene.hears(scene.ask("stats"))))


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (1, "<10"), (9, "<10"), (10, "10"), (19, "10"), (20, "20"), (1204, "1200")]
)
def test_figures_are_rounded_down(count: int, text: str) -> None:
    """To tens; a few are fewer than ten, and nobody is nobody."""
    assert figures.rounded(count) == text


def test_figures_are_summed_by_network_and_by_language() -> None:
    """Each chat counts once in each; those that chose no language stand under none."""
    audience = {("telegram", "en"): 3, ("telegram", None): 2, ("matrix", "en"): 5}
    assert figures.by_platform(audience) == {"matrix": 5, "telegram": 5}
    assert figures.by_language(audience) == {"": 2, "en": 8}
