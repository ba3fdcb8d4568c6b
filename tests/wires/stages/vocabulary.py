"""The words in which journeys are told: people on a stage begin, say, type, press and see.

All of it may block, and nothing needs an event loop. What only one wire has (an edit, a reaction, a toast) is asked of
that wire's own person, in the files that are about that wire.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

PATIENCE = 30.0
"""Seconds that somebody waits for an answer; it takes a tenth of one on an idle machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What can be pressed: its label, and the command (without sigil) or the link that it stands for."""

    label: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message of the bot's as it stands: its words without the buttons, and the buttons in their order."""

    reference: str
    text: str
    buttons: tuple[Button, ...] = ()

    def __contains__(self, words: str) -> bool:
        return words in self.text

    @property
    def commands(self) -> list[str]:
        """What its buttons stand for."""
        return [button.command for button in self.buttons]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [button.label for button in self.buttons]

    def find(self, wanted: str) -> Button | None:
        """The button with that label or command, else the first whose label begins so."""
        exact = [button for button in self.buttons if wanted in {button.label, button.command}]
        close = [button for button in self.buttons if button.label.startswith(wanted)]
        return next(iter(exact + close), None)


def find_button(screen: Iterable[Shown], wanted: str) -> tuple[Shown, Button]:
    """That button on the newest message that has it. AssertionError where there is none in sight."""
    shown = list(screen)
    for each in reversed(shown):
        if (button := each.find(wanted)) is not None:
            return each, button
    raise AssertionError(f"no button {wanted!r} in sight: {[each.labels for each in shown]}")


class Person(Protocol):
    """Somebody in their private chat with the bot."""

    def begins(self, payload: str = "") -> None:
        """Open the chat as people do there, by a link with that payload if any; the bot speaks first or is told to."""

    def says(self, text: str) -> None:
        """Write exactly that."""

    def types(self, command: str) -> None:
        """Write a command as people do there: ``/read 3``, ``!read 3`` or ``read 3``."""

    def presses(self, wanted: str) -> None:
        """Press the button with that label or command, on the newest message that has it.

        Where there is nothing to press, type what stands beside the label.
        """

    def sees(self, text: str) -> Shown:
        """Wait for what the bot shows, anew or by an edit, since this person last spoke, pressed or saw something.

        Returns the first message with that text. AssertionError where none comes.
        """

    @property
    def screen(self) -> tuple[Shown, ...]:
        """The bot's messages that stand there now, the oldest first."""


class Stage(Protocol):
    """The bot on one wire. Groups, channels and moderators will have their place beside ``person``."""

    @property
    def name(self) -> str:
        """The platform, as the bot names it."""

    @property
    def sigil(self) -> str:
        """What people write before a command there."""

    def person(self, name: str) -> Person:
        """Somebody of that name whom the bot has not met, whose app reports no language."""

    def clear(self) -> None:
        """End a journey: everybody goes home, and what must hold after any journey on this wire is asserted."""


class LastingStage(Stage, Protocol):
    """A stage whose bot remembers, whatever becomes of its process."""

    def resting(self) -> AbstractContextManager[None]:
        """Within, the program has ended as its operator ends it; afterwards it runs again on the same store."""
