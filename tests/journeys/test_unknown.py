"""Text that is no command gets one short answer with the menu: no person reads here."""

from tests.wires.stages import Stage

REMARKS = ("how are you", "announce hello", "你好嗎，有人在嗎？", "next week then", "/nonsense")


def test_unknown_text_gets_one_short_answer(every_stage: Stage) -> None:
    """In two sentences; moderators' words are unknown text to a reader."""
    ada = every_stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    before = len(ada.screen)
    for text in REMARKS:
        ada.says(text)
        answer = ada.sees("No person reads here, and what you wrote is not kept.")
        assert answer.text.count(".") == 2
        assert answer.commands == ["read 1", "contents", "language", "updates", "settings", "privacy", "help"]
    ada.types("language 简体")
    ada.sees("语言：简体中文。")
    ada.says("how are you")
    ada.sees("这里没有人读")
    assert len(ada.screen) == before + len(REMARKS) + 2
