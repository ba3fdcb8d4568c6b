"""What only Telegram has: a panel edited where it stands, buttons that never wear out, toasts, app languages."""

from tests.wires.stages.telegram import TelegramStage


def test_a_reader_pages_in_one_message(telegram: TelegramStage) -> None:
    """Link, pages, language: one message, edited each time."""
    ada = telegram.person("ada")
    ada.begins("part-1")
    first = ada.sees("1/4")
    ada.presses("Next · 2/4")
    second = ada.sees("2/4")
    ada.presses("Language")
    ada.sees("Choose the language")
    ada.presses("繁體中文")
    last = ada.sees("語言：繁體中文")
    assert {first.reference, second.reference, last.reference} == {ada.screen[0].reference}
    (message,) = [seen for seen in ada.phone.sees if seen.from_bot]
    assert message.edits == 3


def test_the_app_tells_the_language_until_one_is_chosen(telegram: TelegramStage) -> None:
    """Then the choice stands, whatever the app reports; the chat's own menu is in it."""
    ada = telegram.person("ada", language_code="zh-hans")
    ada.begins()
    greeting = ada.sees("要求了，才会收到更新。")
    assert "language en" not in greeting.commands
    ada.types("language English")
    ada.sees("Language: English.")
    ada.types("read 3")
    assert "In Simplified Chinese" not in ada.sees("3/4")
    assert ada.phone.menu[0] == {"command": "read", "description": "Read where you stopped, or a part by its number"}


def test_each_button_stands_for_an_absolute_command(telegram: TelegramStage) -> None:
    """Never for next or back: a button of last month does no harm, nor does a second press."""
    ada = telegram.person("ada")
    ada.begins("part-2")
    assert ada.sees("2/4").commands == ["read 1", "read 3", "contents", "language", "close"]
    (old,) = [seen for seen in ada.phone.sees if seen.from_bot]
    ada.presses("Next · 3/4")
    ada.sees("3/4")
    ada.phone.presses("read 3", old)
    ada.phone.presses("read 3", old)
    ada.types("next")
    ada.sees("4/4")
    assert [shown.text[:3] for shown in ada.screen] == ["3/4", "4/4"]


def test_close_takes_the_panel_away(telegram: TelegramStage) -> None:
    """Pressed without a word; typed, the newest panel goes."""
    ada = telegram.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 2")
    ada.sees("2/4")
    ada.presses("Close")
    ada.types("read")
    ada.sees("2/4")
    assert [shown.text[:3] for shown in ada.screen] == ["Rea", "2/4"]
    ada.types("close")
    ada.sees("Closed.")
    assert [shown.text[:3] for shown in ada.screen] == ["Rea", "Clo"]


def test_a_saved_choice_is_told_by_a_toast(telegram: TelegramStage) -> None:
    """The panel shows it, and a line pops up."""
    ada = telegram.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("settings")
    ada.sees("Sound: on")
    ada.presses("Sound off")
    ada.sees("Sound: off")
    telegram.clear()
    assert [toast.text for toast in ada.phone.toasts] == ["Saved."]


def test_what_is_forgotten_leaves_the_chat(telegram: TelegramStage) -> None:
    """All of the bot's messages but the one that says so."""
    ada = telegram.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    for number in range(1, 4):
        ada.types(f"read {number}")
        ada.sees(f"{number}/4")
    ada.types("forget_me")
    ada.sees("Deleted.")
    assert len(ada.screen) == 1
