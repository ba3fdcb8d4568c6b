"""A reader is greeted, chooses a language, pages, changes the language in the middle, and comes back to their place."""

from tests.wires.stages import Stage


def test_a_readers_minute(every_stage: Stage) -> None:
    """By buttons all the way; who comes back finds the part, and not the beginning."""
    ada = every_stage.person("ada")
    ada.begins()
    greeting = ada.sees("in 4 parts")
    assert {"English", "简体中文", "繁體中文"} <= set(greeting.labels)
    ada.presses("English")
    ada.sees("Language: English.")
    ada.presses("Read")
    first = ada.sees("1/4")
    assert "In English" not in first
    assert first.commands[-5:] == ["read 2", "contents", "language", "updates all", "close"]
    ada.presses("Next")
    ada.sees("2/4")
    ada.presses("Next · 3/4")
    third = ada.sees("3/4")
    assert third.commands == ["read 2", "read 4", "contents", "language", "close"]
    ada.presses("Language")
    assert ada.sees("Choose the language").labels == ["English", "简体中文", "繁體中文"]
    ada.presses("繁體中文")
    assert ada.sees("語言：繁體中文。").commands[0] == "read 3"
    ada.presses("接著讀 · 3/4")
    again = ada.sees("3/4")
    assert "當人們在各城市舉起白紙" in again
    assert again.text.count("以下是英文：") == 3
    assert again.labels[:2] == ["上一頁 · 2/4", "下一頁 · 4/4"]
    ada.presses("關閉")
    ada.types("read")
    assert "當人們在各城市舉起白紙" in ada.sees("3/4")


def test_the_last_part_is_said_to_be_the_last(stage: Stage) -> None:
    """Who types on at either end gets a plain sentence, and stands where they stood."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 4")
    assert "next" not in " ".join(ada.sees("4/4").labels).lower()
    ada.types("next")
    ada.sees("4/4 was the last part.")
    ada.types("back")
    ada.sees("3/4")
    ada.types("read 1")
    ada.sees("1/4")
    ada.types("back")
    ada.sees("1/4 is the first part.")
    ada.types("read")
    ada.sees("1/4")


def test_readers_do_not_share_a_place(stage: Stage) -> None:
    """Nor a language: each chat has its own."""
    ada, ben = stage.person("ada"), stage.person("ben")
    for somebody in (ada, ben):
        somebody.begins()
        somebody.sees("in 4 parts")
    ada.types("language 繁體")
    ada.sees("語言：繁體中文")
    ada.types("read 2")
    ben.types("read 3")
    assert "以下是英文" in ada.sees("2/4")
    assert "zero-Covid" in ben.sees("3/4")
    ada.types("next")
    ben.types("next")
    ada.sees("3/4")
    ben.sees("4/4")
