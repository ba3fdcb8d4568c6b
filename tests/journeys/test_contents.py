"""The contents lead to each part, and what is closed opens again where it was."""

from tests.wires.stages import Stage


def test_the_contents_lead_to_a_part(stage: Stage) -> None:
    """Title, standfirst and a button for each part; a part that does not exist leads there, too."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("contents")
    contents = ada.sees("Recognizing each others’ struggles: Chinese leftists against political repression")
    assert "On diasporic internationalism" in contents
    assert contents.commands == ["read 1", "read 2", "read 3", "read 4", "close"]
    ada.presses("3 · Connecting our struggles")
    ada.sees("3/4")
    ada.types("read 5")
    assert ada.sees("The statement has 4 parts.").commands == ["read 1", "read 2", "read 3", "read 4"]
    ada.presses("read 4")
    ada.sees("4/4")


def test_what_is_closed_opens_where_it_was(stage: Stage) -> None:
    """Typed, close says how to open it again."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 3")
    ada.sees("3/4")
    ada.types("close")
    ada.sees(f"Closed. {stage.sigil}read opens the statement where you stopped.")
    ada.types("read")
    ada.sees("3/4")
