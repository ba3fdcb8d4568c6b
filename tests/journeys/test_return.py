"""The program ends and begins again, and whoever comes back is known."""

from tests.wires.stages import LastingStage


def test_who_comes_back_stands_where_they_stopped(lasting_stage: LastingStage) -> None:
    """In their language, with their choices; and the buttons of before still work."""
    ada = lasting_stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("language 繁體")
    ada.sees("語言：繁體中文")
    ada.types("quiet 22:00-07:00")
    ada.sees("安靜時段：22:00-07:00")
    ada.types("read 2")
    ada.sees("2/4")
    ben = lasting_stage.person("ben")
    ben.begins()
    ben.sees("in 4 parts")
    ben.types("read 1")
    ben.sees("1/4")
    ben.presses("Next · 2/4")
    ben.sees("2/4")
    before = len(ben.screen)
    with lasting_stage.resting():
        ben.presses("Next · 3/4")
        ben.types("next")
        ben.types("contents")
    ada.types("read")
    assert "以下是英文" in ada.sees("2/4")
    ada.presses("下一頁 · 3/4")
    ada.sees("3/4")
    ada.types("settings")
    assert "安靜時段：22:00-07:00" in ada.sees("語言：繁體中文")
    # What was said meanwhile is answered too: each thing once, in its order.
    ben.sees("Recognizing each others’ struggles")
    assert [shown.text[:3] for shown in ben.screen[before - 1 :]] == ["3/4", "4/4", "Rec"]
