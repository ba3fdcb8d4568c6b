"""The program ends and begins again, and whoever comes back is known."""

from tests.wires.stages import LastingStage


def test_who_comes_back_stands_where_they_stopped(lasting_stage: LastingStage) -> None:
    """In their language, with their choices, and the buttons of before still work."""
    ada = lasting_stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("language 繁體")
    ada.sees("語言：繁體中文")
    ada.types("quiet 22:00-07:00")
    ada.sees("安靜時段：22:00-07:00")
    ada.types("read 2")
    ada.sees("2/4")
    with lasting_stage.resting():
        pass
    ada.types("read")
    assert "以下是英文" in ada.sees("2/4")
    ada.presses("下一頁 · 3/4")
    ada.sees("3/4")
    ada.types("settings")
    assert "安靜時段：22:00-07:00" in ada.sees("語言：繁體中文")


def test_what_is_said_to_a_resting_program_is_answered_once_it_wakes(lasting_stage: LastingStage) -> None:
    """Each thing once, in its order; a press too."""
    ada = lasting_stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 1")
    ada.sees("1/4")
    before = len(ada.screen)
    with lasting_stage.resting():
        ada.presses("Next · 2/4")
        ada.types("next")
        ada.types("contents")
    ada.sees("Recognizing each others’ struggles")
    shown = [each.text[:3] for each in ada.screen[before - 1 :]]
    assert shown == ["2/4", "3/4", "Rec"]
