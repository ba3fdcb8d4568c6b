"""What is kept about a chat is told in words, and gone at a word."""

from tests.wires.stages import Stage


def test_what_was_chosen_is_told_and_forgotten(every_stage: Stage) -> None:
    """Afterwards the chat has chosen nothing, stands nowhere, and is spoken with as if it were new."""
    ada = every_stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("my_data")
    ada.sees("You have chosen nothing.")
    ada.types("language 繁體")
    ada.sees("語言：繁體中文")
    ada.types("discreet on")
    ada.sees("低調模式：開")
    ada.types("read 2")
    ada.sees("2/4")
    ada.types("my_data")
    told = ada.sees("這個對話留下的所有資料")
    assert "語言：繁體中文" in told
    assert "讀到的位置：2/4" in told
    ada.types("forget_me")
    ada.sees("已刪除。這個對話留下的資料，一點也沒有保留。")
    ada.types("my_data")
    told = ada.sees("Everything kept about this chat")
    assert "Language: not chosen" in told
    assert "Place in the statement: none" in told
    assert "You have chosen nothing." in told
    ada.types("settings")
    assert "Discreet: off" in ada.sees("Settings of this chat")
    ada.types("read")
    ada.sees("1/4")
