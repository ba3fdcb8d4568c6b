"""A language is taken by whatever name people give it, and no script is ever guessed."""

from tests.wires.stages import Stage


def test_a_language_is_known_by_its_names(stage: Stage) -> None:
    """Tags, names, and a text that is nothing else."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    for said, answer in (("繁體", "語言：繁體中文。"), ("简体", "语言：简体中文。"), ("English", "Language: English.")):
        ada.says(said)
        ada.sees(answer)
    for tag, answer in (("zh_HK", "語言：繁體中文。"), ("zh-SG", "语言：简体中文。"), ("en-GB", "Language: English.")):
        ada.types(f"language {tag}")
        ada.sees(answer)


def test_bare_chinese_asks_which_script(stage: Stage) -> None:
    """Two buttons, each in its own script; until one is pressed nothing is chosen."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.says("中文")
    assert ada.sees("Choose the script").labels == ["简体中文", "繁體中文"]
    ada.types("language zh")
    ada.sees("Choose the script")
    ada.types("my_data")
    ada.sees("Language: not chosen")
    ada.types("language zh")
    ada.sees("Choose the script")
    ada.presses("language zh-Hant")
    ada.sees("語言：繁體中文。")


def test_what_is_not_here_is_said_with_what_is(stage: Stage) -> None:
    """Each language in its own name."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("language Deutsch")
    assert ada.sees("That language is not here yet.").labels == ["English", "简体中文", "繁體中文"]
    ada.presses("简体中文")
    ada.sees("语言：简体中文。")


def test_commands_are_understood_as_they_are_typed(stage: Stage) -> None:
    """Full-width signs, capitals, and the bare name are the same command."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    shown = []
    for text in ("！read ３", "/READ 3", "read 3", "!read　3"):
        ada.says(text)
        shown.append(ada.sees("3/4").text)
    assert len(set(shown)) == 1
