"""Text that is no command gets one short answer with the menu: no person reads here."""

import pytest

from tests.wires.stages import Stage


@pytest.mark.parametrize("text", ["how are you", "announce hello", "你好嗎，有人在嗎？", "next week then"])
def test_unknown_text_gets_one_short_answer(stage: Stage, text: str) -> None:
    """In two sentences; moderators' words are unknown text to a reader."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    before = len(ada.screen)
    ada.says(text)
    answer = ada.sees("No person reads here, and what you wrote is not kept.")
    assert answer.text.count(".") == 2
    assert answer.commands == ["read 1", "contents", "language", "updates", "settings", "privacy", "help"]
    ada.types("read 1")
    ada.sees("1/4")
    assert len(ada.screen) == before + 2


def test_the_answer_is_in_the_readers_language(stage: Stage) -> None:
    """Once they have one."""
    ada = stage.person("ada")
    ada.begins("lang-zh-Hans")
    ada.sees("要求了，才会收到更新")
    ada.says("how are you")
    ada.sees("这里没有人读")
