"""The bot tells what it can do, whose words it carries, and what is kept."""

from tests.wires.stages import Stage

COMMANDS = (
    *("read", "next", "back", "contents", "language", "updates", "settings"),
    *("about", "privacy", "my_data", "forget_me", "help"),
)
LIMITS = {
    "terminal": "This conversation stays on this machine",
    "telegram": "Telegram sees who talks to this bot and what is said.",
    "matrix": "Your homeserver and the bot's see that this room exists",
}
DEPARTURES = {"terminal": "Close this window", "telegram": "choose Delete chat", "matrix": "leave this room"}


def test_help_names_each_command_as_it_is_typed(stage: Stage) -> None:
    """A line each; the menu stands beneath."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("help")
    told = ada.sees("What you can type")
    for command in COMMANDS:
        assert f"\n{stage.sigil}{command} " in told.text
    assert "settings" in told.commands


def test_about_tells_source_and_credit(stage: Stage) -> None:
    """And that the operator has named no official addresses, where that is so."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("about")
    told = ada.sees("Recognizing each others’ struggles")
    for line in (
        "Originally published by LCSA. Republished with permission.",
        "Photo: Alex Yun for Lausan",
        "The operator has named no official addresses.",
        "The statement belongs to its publishers.",
    ):
        assert line in told
    assert ("Fingerprint on Matrix: " in told) is (stage.name == "matrix")


def test_privacy_tells_what_is_kept_and_what_cannot_be_promised(stage: Stage) -> None:
    """Of this network, and of no other."""
    ada = stage.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("privacy")
    told = ada.sees("What is kept")
    assert f"Delete it at once with {stage.sigil}forget_me. See it with {stage.sigil}my_data." in told
    assert "48 hours" in told
    assert [name for name, limit in LIMITS.items() if limit in told] == [stage.name]
    assert "anonymous" not in told.text
    ada.types("forget_me")
    gone = ada.sees("Deleted. Nothing that was kept about this chat is left.")
    assert [name for name, words in DEPARTURES.items() if words in gone] == [stage.name]
