"""A reader reads at the terminal, through a pipe, with nothing configured."""

import os
import pty
import signal
import subprocess
import sys

import pytest


def converse(*lines: str) -> str:
    """What ``solidarity-bot chat`` prints for these lines."""
    command = [sys.executable, "-m", "bot", "chat"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout


def test_reads_part_three_in_traditional_chinese() -> None:
    """The passages that have a zh-Hant text come in it; the runs that lack it are marked."""
    printed = converse("start", "read", "next", "language 繁體", "read 3").split("3/4")[-1]
    assert "當人們在各城市舉起白紙" in printed
    assert "政治運動和激進主義" in printed
    assert printed.count("以下是英文：") == 3
    assert "[下一頁 · 4/4] read 4" in printed


def test_place_survives_a_change_of_language() -> None:
    """Who pages to part 2 and chooses another language reads on in part 2."""
    assert "2/4\n\n以下为英文：" in converse("read", "next", "简体", "read")


def test_next_moves_from_the_kept_place_and_ends_at_the_last_part() -> None:
    """Four parts, then a plain sentence."""
    printed = converse("read 4", "next")
    assert "4/4 was the last part." in printed


def test_full_width_and_sigils_are_understood() -> None:
    """``！read ３``, ``/read 3`` and ``read 3`` are the same."""
    assert len({converse(line) for line in ("！read ３", "/READ 3", "read 3", "!read　3")}) == 1


def test_forgets_at_once() -> None:
    """After forget_me the chat has chosen nothing and stands nowhere."""
    printed = converse("language 繁體", "read 2", "forget_me", "my_data")
    assert "已刪除" in printed
    assert "Language: not chosen" in printed
    assert "Place in the statement: none" in printed


def test_bare_zh_asks_which_script() -> None:
    """No script is guessed."""
    printed = converse("language zh")
    assert "[简体中文] language zh-Hans" in printed
    assert "[繁體中文] language zh-Hant" in printed
    assert "[English]" not in printed


def test_unknown_text_gets_one_short_answer_with_the_menu() -> None:
    """Moderators' words are unknown text to a reader."""
    for text in ("how are you", "announce hello", "next week then"):
        assert converse(text).startswith("Type one of the commands.")


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
