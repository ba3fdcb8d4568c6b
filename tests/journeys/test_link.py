"""A link opens a part at once, in the language that it names."""

import pytest

from tests.wires.stages import Stage


def test_a_link_opens_its_part_in_its_language(every_stage: Stage) -> None:
    """And both are kept as if they had been chosen by hand."""
    ada = every_stage.person("ada")
    ada.begins("part-2_lang-zh-Hant")
    assert "以下是英文：" in ada.sees("2/4")
    ada.types("next")
    assert "當人們在各城市舉起白紙" in ada.sees("3/4")
    ada.types("my_data")
    assert "讀到的位置：3/4" in ada.sees("語言：繁體中文")


def test_a_link_overrides_an_earlier_choice(stage: Stage) -> None:
    """Its pieces come in any order and case; without a part it greets."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("language English")
    ada.sees("Language: English.")
    ada.types("start LANG-ZH-HANS_PART-3")
    assert "当人们在各城市举起白纸" in ada.sees("3/4")
    ada.types("start lang-zh-Hant")
    greeting = ada.sees("分 4 個部分閱讀")
    assert greeting.commands[0] == "read 3"


@pytest.mark.parametrize("payload", ["part-9", "part-0_lang-xx", "part-two", "nonsense", "lang-zh"])
def test_what_a_link_cannot_mean_is_passed_over(terminal: Stage, payload: str) -> None:
    """The reader is greeted, and nothing is chosen for them."""
    ada = terminal.person("ada")
    ada.begins(payload)
    ada.sees("in 4 parts")
    ada.types("my_data")
    assert "Place in the statement: none" in ada.sees("Language: not chosen")


def test_a_worn_link_greets(stage: Stage) -> None:
    """A part that there is not, in a language that there is not."""
    ada = stage.person("ada")
    ada.begins("part-9_lang-xx_update-42")
    ada.sees("in 4 parts")
    assert len(ada.screen) == (2 if stage.name == "matrix" else 1)
