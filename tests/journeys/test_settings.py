"""All choices of a chat stand on one panel, and each can be pressed or typed."""

from tests.wires.stages import Stage


def test_each_choice_shows_on_the_panel(stage: Stage) -> None:
    """Sound, discretion, quiet hours, time zone, language and updates."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("settings")
    panel = ada.sees("Settings of this chat")
    assert {"language", "updates", "sound off", "discreet on", "quiet", "timezone", "close"} == set(panel.commands)
    for line in ("Updates: off", "Sound: on", "Discreet: off", "Quiet hours: none", "Time zone: Asia/Hong_Kong"):
        assert line in panel
    ada.presses("Sound off")
    ada.sees("Sound: off")
    ada.presses("Discreet on")
    ada.sees("Discreet: on")
    ada.types("quiet 9:30-23:00")
    ada.sees("Quiet hours: 09:30-23:00")
    ada.types("timezone asia/taipei")
    ada.sees("Time zone: Asia/Taipei")
    ada.types("updates urgent")
    ada.sees("Updates: urgent ones only.")
    ada.types("settings")
    panel = ada.sees("Settings of this chat")
    assert {"sound on", "discreet off"} <= set(panel.commands)
    for line in ("Updates: urgent ones only", "Sound: off", "Quiet hours: 09:30-23:00", "Time zone: Asia/Taipei"):
        assert line in panel
    ada.presses("sound on")
    assert "Discreet: on" in ada.sees("Sound: on")
    ada.types("quiet off")
    ada.sees("Quiet hours: none")


def test_what_cannot_be_set_is_said_with_an_example(stage: Stage) -> None:
    """As it is typed on this wire; nothing changes."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("quiet 25:00-07:00")
    wrong = ada.sees(f"write them as {stage.sigil}quiet 22:00-07:00, or {stage.sigil}quiet off.")
    assert "quiet off" in wrong.commands
    ada.types("timezone Atlantis")
    wrong = ada.sees(f"such as {stage.sigil}timezone Asia/Hong_Kong.")
    assert "timezone Asia/Taipei" in wrong.commands
    ada.types("sound on")
    ada.sees("Sound: on")
    ada.types("settings")
    panel = ada.sees("Quiet hours: none")
    assert "Time zone: Asia/Hong_Kong" in panel


def test_nobody_is_subscribed_without_asking(stage: Stage) -> None:
    """One word subscribes, one word ends it, without a sigil too."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("updates")
    assert ada.sees("Choose which updates come").commands == ["updates all", "updates urgent", "updates off"]
    ada.presses("All updates")
    ada.sees("Updates: all.")
    for word in ("退訂", "stop", "unsubscribe"):
        ada.says(word)
        ada.sees("Updates: off.")
        ada.types("subscribe")
        ada.sees("Updates: all.")
