"""What only the terminal has: pipes, speakers who take turns, and a keyboard."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest


def converse(*lines: str, options: Sequence[str] = ()) -> str:
    """What ``solidarity-bot chat`` prints for these lines, through a pipe."""
    command = [sys.executable, "-m", "bot", "chat", *options]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout


def test_reads_part_three_in_traditional_chinese() -> None:
    """The passages that have a zh-Hant text come in it; the runs that lack it are marked; buttons stand beneath."""
    printed = converse("start", "read", "next", "language 繁體", "read 3").split("3/4")[-1]
    assert "當人們在各城市舉起白紙" in printed
    assert "政治運動和激進主義" in printed
    assert printed.count("以下是英文：") == 3
    assert printed.endswith(
        "\n\n[上一頁 · 2/4] read 2\n[下一頁 · 4/4] read 4\n[目錄] contents\n[語言] language\n[關閉] close\n\n"
    )


def test_speakers_are_chats_that_end_with_the_program() -> None:
    """``@NAME`` switches, and who comes back stands where they stopped; another program knows none of them."""
    printed = converse("read 2", "@ben", "read", "@you", "read", "my_data")
    assert [line for line in printed.splitlines() if line.endswith("/4")][:3] == ["2/4", "1/4", "2/4"]
    assert "Place in the statement: 2/4" in printed
    assert "Place in the statement: none" in converse("my_data")


def test_the_app_may_report_a_language() -> None:
    """``--language`` is what a phone would tell; a choice goes before it."""
    printed = converse("read 2", "language en", "read 2", options=("--language", "zh-HK"))
    before, after = printed.split("Language: English.")
    assert "以下是英文：" in before
    assert "In English" not in after


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_chat_at_a_keyboard_ends_at_once(number: signal.Signals) -> None:
    """Ctrl-C needs no further key: the program ends with 0 while it waits for a line."""
    keyboard, screen = pty.openpty()
    command = [sys.executable, "-m", "bot", "chat"]
    with subprocess.Popen(command, stdin=screen, stdout=screen, stderr=subprocess.PIPE) as program:
        os.close(screen)
        shown = b""
        while not shown.endswith(b"> "):
            shown += os.read(keyboard, 4096)
        program.send_signal(number)
        try:
            assert program.wait(timeout=10) == 0
        finally:
            program.kill()
        assert program.stderr is not None
        assert program.stderr.read() == b""
    os.close(keyboard)
