"""From a draft to every kind of chat on both networks, and back again."""

from functools import partial

from tests.journeys.moderating.audience import CHINESE, ENGLISH, POST, POSTED, OnMatrix, OnTelegram
from tests.journeys.moderating.house import House, bodies, find_code, seed_matrix, seed_telegram, soon, texts
from tests.wires.stages.matrix import MatrixPerson
from tests.wires.stages.vocabulary import PATIENCE
from tests.wires.telegram import Person


def write(wing: Person) -> None:
    """A post in two languages, looked at, and tried on oneself."""
    wing.says(f"/announce {ENGLISH}")
    panel = wing.waits_here("Post #1 is kept", PATIENCE)
    assert "Traditional Chinese: missing" in panel.text
    assert "<10" in panel.text
    wing.says(f"/text 1 zh-Hant {CHINESE}")
    wing.waits_here(f"Traditional Chinese: {CHINESE}", PATIENCE)
    wing.says("/preview 1 zh-Hant")
    assert wing.waits_here(POSTED, PATIENCE).text == POSTED
    wing.says("/test 1")
    tested = wing.waits_here(lambda seen: seen.text == POST, PATIENCE)
    assert [button.data for row in tested.buttons for button in row] == ["unsubscribe"]


def agree(wing: Person, ben: MatrixPerson) -> None:
    """The request shows the post and the reader's own line; then everybody sees the real message, with Hold."""
    wing.says("/submit 1")
    wing.waits_here("waits for approval", PATIENCE)
    code = soon(lambda: find_code(bodies(ben), 1))
    assert find_code(texts(wing), 1) is None
    assert any(body.startswith(POST) for body in bodies(ben))
    ben.types(f"approve 1 {code}")
    ben.sees("goes out in a moment")
    countdown = wing.waits_here("unless somebody holds it", PATIENCE)
    assert countdown.text.startswith(POST)
    assert countdown.button("hold 1") is not None


def test_a_post_goes_everywhere_and_comes_back(house: House) -> None:
    """Two languages, two moderators on two networks; each chat as it chose; a receipt; a newcomer; taken back."""
    wing, ben = house.on_telegram("Wing"), house.on_matrix("ben")
    house.start(seed_telegram(wing, "owner"), seed_matrix(ben, "approver"))
    ben.begins()
    ben.types("queue")
    ben.sees("Nothing is to come")
    everyone = OnTelegram(house), OnMatrix(house)
    write(wing)
    agree(wing, ben)
    for some in everyone:
        some.get_it()
    wing.waits_here("#1 is delivered: 10/10", PATIENCE)
    ben.sees("#1 is delivered: 10/10")
    for somebody in (texts(wing), bodies(ben)):
        assert not [text for text in somebody if "· delivered" in text and "10/10" not in text]
    soon(lambda: any("Delivered: 10/10" in text for text in texts(wing)))
    soon(lambda: any("Delivered: 10/10" in body for body in bodies(ben)))

    new = house.on_telegram("New")
    new.says("/updates")
    new.waits_here("latest updates", PATIENCE)
    new.presses("start update-1")
    new.waits_here(ENGLISH, PATIENCE)

    wing.says("/retract 1")
    wing.waits_here("#1 is taken back: 10 done, 0 too old, 0 failed", PATIENCE)
    for some in everyone:
        some.have_it_no_more()
    new.says("/updates")
    new.waits_here("No update has been published", PATIENCE)


def test_a_tap_holds_what_counts_down(house: House) -> None:
    """On Telegram by the button, on Matrix by the reaction beneath the real message; nobody gets anything."""
    wing, ben = house.on_telegram("Wing"), house.on_matrix("ben")
    house.start(seed_telegram(wing, "owner"), seed_matrix(ben, "owner"), publishing={"countdown_seconds": 25})
    ben.begins()
    ben.types("queue")
    ben.sees("Nothing is to come")
    ada = house.on_telegram("Ada")
    ada.says("/subscribe")
    for number, stops in ((1, "telegram"), (2, "matrix")):
        wing.says(f"/announce Not this, number {number}.")
        wing.says(f"/submit {number}")
        code = soon(partial(_code, ben, number))
        ben.types(f"approve {number} {code}")
        wing.waits_here("unless somebody holds it", PATIENCE)
        ben.sees("unless somebody holds it")
        if stops == "telegram":
            wing.presses(f"hold {number}")
        else:
            ben.presses("Hold")
            ben.sees(f"#{number} · held")
        wing.says(f"/show {number}")
        wing.waits_here("· held", PATIENCE)
    assert not [text for text in texts(ada) if "Not this" in text]


def _code(somebody: MatrixPerson, number: int) -> str | None:
    return find_code(bodies(somebody), number)
