"""A message of a moderator reaches everyone who wants it, once two people have agreed: all of it in the terminal."""

import asyncio
import os
import re
from collections.abc import Iterator

import pytest

from bot.app import chat

PATIENCE = 20.0


class Pipe:
    """A conversation over two pipes: lines in, and what has been printed so far."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.source = os.fdopen(reading, encoding="utf-8")
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        self.sink = os.fdopen(writing, "w", encoding="utf-8")
        self.printed = ""

    def say(self, *lines: str) -> None:
        """Send lines."""
        os.write(self._writing, "".join(f"{line}\n" for line in lines).encode())

    def end(self) -> None:
        """No more input."""
        os.close(self._writing)

    def look(self) -> str:
        """All that was printed."""
        while True:
            try:
                more = os.read(self._reading, 65536)
            except BlockingIOError:
                return self.printed
            if not more:
                return self.printed
            self.printed += more.decode()

    async def see(self, pattern: str) -> re.Match[str]:
        """Return once something like it was printed."""
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(pattern, self.look())):  # noqa: ASYNC110 - a pipe tells of nothing
                await asyncio.sleep(0.02)
        return found

    def close(self) -> None:
        """Close what is still open."""
        self.source.close()
        self.sink.close()
        os.close(self._reading)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """Both pipes, closed afterwards."""
    pipe = Pipe()
    yield pipe
    pipe.close()


async def test_two_people_agree_and_everyone_gets_it(pipe: Pipe) -> None:
    """Draft, two languages, approval, countdown, delivery to subscribers alone, receipt, retraction."""
    talk = asyncio.create_task(chat(None, "editor", pipe.source, pipe.sink))
    pipe.say("@wen", "subscribe", "@lee", "language zh-Hant", "subscribe", "@stranger", "read 1")
    pipe.say("@you", "announce We stand **together**.", "text 1 zh-Hant 我們站在一起。")
    await pipe.see(r"Traditional Chinese: 我們站在一起")
    pipe.say("@ben approver", "start", "@you", "submit 1")
    code = await pipe.see(r"→ ben\n(?:.*\n)*?.*approve 1 ([A-Z2-9]{6})")
    pipe.say("approve 1 " + code[1])
    await pipe.see(r"That takes the role of approver")
    pipe.say("@ben", "approve 1 " + code[1])
    await pipe.see(r"This goes out at .* unless somebody holds it")
    assert "→ wen" not in pipe.look()
    await pipe.see(r"→ wen\n#1\n\nWe stand together\.")
    await pipe.see(r"→ lee\n#1\n\n我們站在一起。")
    await pipe.see(r"#1 is delivered: 2/2")
    assert "→ stranger" not in pipe.look()
    pipe.say("approve 1 " + code[1])
    await pipe.see(r"Not now: it is “delivered”")
    pipe.say("@you", "retract 1")
    await pipe.see(r"· retracted")
    pipe.end()
    await talk
    assert pipe.look().count("→ wen\n#1\n\nWe stand together.") == 1


async def test_what_is_held_does_not_go_out(pipe: Pipe) -> None:
    """One person stops a countdown; nobody gets anything."""
    talk = asyncio.create_task(chat(None, "editor", pipe.source, pipe.sink))
    pipe.say("@wen", "subscribe", "@ben approver", "start", "@you", "announce Not this.", "submit 1")
    code = await pipe.see(r"approve 1 ([A-Z2-9]{6})")
    pipe.say("@ben", "approve 1 " + code[1])
    await pipe.see(r"This goes out at")
    pipe.say("@you", "hold 1")
    await pipe.see(r"· held")
    pipe.end()
    await talk
    assert "→ wen" not in pipe.look()


async def test_to_a_reader_none_of_it_exists(pipe: Pipe) -> None:
    """The commands are unknown text, and change nothing."""
    talk = asyncio.create_task(chat(None, "reader", pipe.source, pipe.sink))
    pipe.say("announce Words", "queue", "moderators", "invite owner", "pause_all", "stats")
    pipe.end()
    await talk
    assert pipe.look().count("No person reads here") == 6
    assert "#1" not in pipe.look()
