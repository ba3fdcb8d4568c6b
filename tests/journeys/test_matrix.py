"""What only Matrix has: devices that vouch for each other, reactions as buttons, and notices that ring no phone."""

from tests.wires.matrix import CrossSigning
from tests.wires.stages.matrix import MatrixPerson, MatrixStage


def list_devices(stage: MatrixStage) -> list[str]:
    """The account's devices, but the one that it was registered on."""
    told = stage.synapse.request("GET", "/_matrix/client/v3/devices", token=stage.bot.access_token)
    return [one["device_id"] for one in told["devices"] if one["device_id"] != stage.bot.device_id]


def check(stage: MatrixStage, somebody: MatrixPerson) -> CrossSigning:
    """What an independent client makes of the bot's identity and devices."""
    return stage.wait(somebody.client.checks_cross_signing(stage.bot.user_id))


def test_one_device_is_vouched_for_through_a_restart(matrix: MatrixStage) -> None:
    """The same chain, the same single device, and part 3 is read in an encrypted room, nothing unreadable."""
    ada = matrix.person("ada")
    before, devices = check(matrix, ada), list_devices(matrix)
    assert before.valid, before.problem
    assert before.device_ids == devices
    assert len(devices) == 1
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 3")
    assert "zero-Covid" in ada.sees("3/4")
    with matrix.resting():
        pass
    assert check(matrix, ada) == before
    assert list_devices(matrix) == devices
    ada.types("language 繁體")
    ada.sees("語言：繁體中文")
    ada.types("read 3")
    part = ada.sees("3/4")
    assert "當人們在各城市舉起白紙" in part
    assert ada.look(part.reference).encrypted
    assert ada.client.unreadable == []
    ben = matrix.person("ben")
    ben.begins("part-3")
    ben.sees("3/4")
    assert check(matrix, ben) == before


def test_about_shows_the_fingerprint_that_clients_see(matrix: MatrixStage) -> None:
    """The device's and the identity's, as anyone's app shows them."""
    ada = matrix.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("about")
    told = ada.sees("Fingerprint on Matrix").text.replace(" ", "")
    found = check(matrix, ada)
    assert found.devices[0].ed25519 in told
    assert found.master_key in told


def test_a_reaction_turns_the_page(matrix: MatrixStage) -> None:
    """The panel is edited where it stands; taking one's reaction away turns it again."""
    ada = matrix.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 1")
    panel = ada.sees("1/4").reference
    ada.presses("Next · 2/4")
    assert ada.sees("2/4").reference == panel
    ada.presses("Next · 3/4")
    assert ada.sees("3/4").reference == panel
    ada.presses("Back · 2/4")
    assert ada.sees("2/4").reference == panel
    assert [key.replace("\ufe0f", "") for key in ada.look(panel).keys] == ["➡", "⬅"]
    assert len(ada.look(panel).edits) == 3


def test_answers_ring_no_phone(matrix: MatrixStage) -> None:
    """Greeting, page, edit and refusal are notices that mention nobody."""
    ada = matrix.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 1")
    ada.sees("1/4")
    ada.presses("Next")
    ada.sees("2/4")
    ada.says("how are you")
    ada.sees("No person reads here")
    seen = ada.looks()
    assert len(seen) == 3
    every = [content for one in seen for content in (one.original, *one.edits)]
    assert [content["msgtype"] for content in every] == ["m.notice"] * 4
    assert [content["m.mentions"] for content in every] == [{}] * 4


def test_close_takes_the_panel_away(matrix: MatrixStage) -> None:
    """The newest one, and the word that says so stays."""
    ada = matrix.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 2")
    ada.sees("2/4")
    ada.types("close")
    ada.sees("Closed.")
    ada.types("read")
    ada.sees("2/4")
    assert [shown.text[:3] for shown in ada.screen] == ["Rea", "Clo", "2/4"]


def test_what_is_forgotten_leaves_the_room(matrix: MatrixStage) -> None:
    """All of the bot's messages but the one that says so; the talk goes on, still encrypted and read."""
    ada = matrix.person("ada")
    ada.begins()
    ada.sees("in 4 parts")
    ada.types("read 1")
    ada.sees("1/4")
    ada.types("forget_me")
    ada.sees("Deleted.")
    ada.types("read 3")
    ada.sees("3/4")
    assert [shown.text[:3] for shown in ada.screen] == ["Del", "3/4"]
