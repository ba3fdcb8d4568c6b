"""The stage at a terminal: ``solidarity-bot chat`` on a screen, and people who take turns at its keyboard."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time

from tests.wires.stages.vocabulary import PATIENCE, Button, Shown, find_button

_PROMPT = "> "
_START_SECONDS = 60.0
_STYLE = re.compile(r"\x1b\[\d*m")
_BUTTON = re.compile(r"\[(.+)\] (\S.*)")
_END_OF_INPUT = b"\x04"


class Keyboard:
    """The program at the other end of a terminal: a line in, and all that is printed until it asks for the next."""

    def __init__(self, *options: str) -> None:
        self._keys, screen = pty.openpty()
        modes = termios.tcgetattr(screen)
        modes[1] &= ~termios.OPOST  # line ends as they are printed
        modes[3] &= ~termios.ECHO  # what is typed is known
        termios.tcsetattr(screen, termios.TCSANOW, modes)
        command = [sys.executable, "-m", "bot", "chat", *options]
        self._program = subprocess.Popen(command, stdin=screen, stdout=screen, stderr=subprocess.PIPE)
        os.close(screen)
        self.greeting = self._read(_START_SECONDS)

    def type(self, line: str) -> str:
        """Type the line; returns what is printed for it."""
        os.write(self._keys, f"{line}\n".encode())
        return self._read()

    def end(self) -> int:
        """Press Ctrl-D, assert that nothing was complained of, and return the exit code."""
        try:
            os.write(self._keys, _END_OF_INPUT)
            _, complaints = self._program.communicate(timeout=PATIENCE)
            assert complaints == b""
            return self._program.returncode
        finally:
            self._program.kill()
            os.close(self._keys)

    def _read(self, seconds: float = PATIENCE) -> str:
        printed = b""
        end = time.monotonic() + seconds
        while not _asks(text := _STYLE.sub("", printed.decode(errors="replace"))):
            ready, _, _ = select.select([self._keys], [], [], end - time.monotonic())
            assert ready, f"the terminal asks for nothing more: {text}"
            printed += os.read(self._keys, 65_536)
        return text.removesuffix(_PROMPT)


def _asks(printed: str) -> bool:
    """Whether the prompt stands at the end: alone, or after an answer and its empty line."""
    return printed == _PROMPT or printed.endswith(f"\n\n{_PROMPT}")


def read_answer(printed: str, reference: str) -> Shown:
    """The words, and beneath them the buttons as ``[label] command``, one a line."""
    lines = printed.rstrip("\n").split("\n")
    buttons: list[Button] = []
    while (found := _BUTTON.fullmatch(lines[-1])) is not None:
        buttons.insert(0, Button(label=found[1], command=found[2]))
        lines.pop()
    return Shown(reference=reference, text="\n".join(lines).rstrip("\n"), buttons=tuple(buttons))


class TerminalPerson:
    """A speaker. What was printed for them once stands for ever."""

    def __init__(self, stage: "TerminalStage", speaker: str) -> None:
        self._stage = stage
        self._speaker = speaker
        self._printed: list[Shown] = []
        self._seen = 0

    def begins(self, payload: str = "") -> None:
        """Nothing opens a terminal by a link: type what it says."""
        self.types(f"start {payload}".strip())

    def says(self, text: str) -> None:
        """Write exactly that; the answer is printed before the next line is asked for."""
        self._seen = len(self._printed)
        printed = self._stage.take_line(self._speaker, text)
        if printed:
            self._printed.append(read_answer(printed, f"{self._speaker} {len(self._printed)}"))

    def types(self, command: str) -> None:
        """Write it, bare."""
        self.says(command)

    def presses(self, wanted: str) -> None:
        """There is nothing to press: type the command beside the label."""
        self.types(find_button(self._printed, wanted)[1].command)

    def sees(self, text: str) -> Shown:
        """What was printed since."""
        for number, shown in enumerate(self._printed[self._seen :], self._seen + 1):
            if text in shown.text:
                self._seen = number
                return shown
        raise AssertionError(f"{text!r} was not printed; that was: {self._printed[self._seen :]}")

    @property
    def screen(self) -> tuple[Shown, ...]:
        """All that was printed for this speaker."""
        return tuple(self._printed)


class TerminalStage:
    """One program for all its people; ``end`` ends it."""

    name = "terminal"
    sigil = ""

    def __init__(self) -> None:
        self._keyboard = Keyboard()
        self._speaker = ""
        self._count = 0

    def person(self, name: str) -> TerminalPerson:
        """A speaker whom the bot has not heard."""
        self._count += 1
        return TerminalPerson(self, f"{name}-{self._count}")

    def take_line(self, speaker: str, line: str) -> str:
        """Hand the keyboard to that speaker, who types the line; returns what is printed."""
        if speaker != self._speaker:
            assert self._keyboard.type(f"@{speaker}") == ""
            self._speaker = speaker
        return self._keyboard.type(line)

    def clear(self) -> None:
        """Nobody sits at the keyboard."""
        self._speaker = ""

    def end(self) -> None:
        """Press Ctrl-D."""
        assert self._keyboard.end() == 0
