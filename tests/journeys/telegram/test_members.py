"""Who may set a group: its admins, for as long as they are."""

import time

import pytest

from tests.journeys.telegram.house import PATIENCE, REFUSED, House, settings, soon

SETTERS = (
    *("language zh-Hant", "updates all", "subscribe", "unsubscribe", "sound off", "discreet on", "quiet 22:00-07:00"),
    *("timezone Europe/London", "here", "here off", "forget_me", "in 1 updates all", "settings"),
)


def test_a_group_is_greeted_in_three_lines_and_set_by_admins_alone(house: House) -> None:
    """One greeting; members are refused by a line or a toast, admins and anonymous admins are obeyed."""
    ada, ben = house.server.person(), house.server.person()
    group = house.group(ada)
    group.adds(ben)
    (greeting,) = group.received
    assert len(greeting.text.splitlines()) <= 3
    ben.says("/settings", group=group)
    group.waits_here(REFUSED, PATIENCE)
    assert "Updates: off" in settings(group, ada)
    ben.presses("updates all", group=group)
    soon(lambda: [toast.text for toast in ben.toasts] == [REFUSED])
    group.says_anonymously("/updates urgent")
    group.waits_here("Updates: urgent", PATIENCE)
    assert "Updates: urgent" in settings(group, ada)


def test_nobody_can_make_it_flood_a_group(house: House) -> None:
    """Twenty refused commands are refused by one line; what is not for the bot is not answered at all."""
    ada, ben = house.server.person(), house.server.person()
    group = house.group(ada)
    group.adds(ben)
    news = house.server.group("News", kind="channel", bot=None)
    for text in ("hello", "/settings@other_bot", "!settings", "settings", "stop", "/no_such_command"):
        ben.says(text, group=group)
    group.carries(news, news.posts("/settings"))
    for _ in range(20):
        ben.says("/settings", group=group)
    group.says_as(news, "/settings")
    group.waits_here(REFUSED, PATIENCE)
    assert "Updates: off" in settings(group, ada)
    assert [seen.text for seen in group.received[1:-1]] == [REFUSED]


@pytest.mark.parametrize("kind", ["member", "restricted", "left", "kicked", "channel", "forwarded", "inline", "guise"])
def test_nobody_but_an_admin_changes_anything(house: House, kind: str) -> None:
    """Who is no admin, has a channel's face or another group's, or words passed on by an admin: 0 effects (S10)."""
    ada, eve = house.server.person(), house.server.person()
    group, other = house.group(ada), house.server.group(bot=None)
    if kind in {"member", "restricted", "left", "kicked"}:
        group.adds(eve, kind)
    before = settings(group, ada)
    for command in SETTERS:
        if kind == "channel":
            group.says_as(house.server.group(kind="channel", bot=None), f"/{command}")
        elif kind == "guise":
            group.says_as(other, f"/{command}", anonymous=True)
        elif kind == "forwarded":
            group.passes_on(ada, f"/{command}", forward_origin={"type": "user", "date": 1, "sender_user": eve.user})
        elif kind == "inline":
            group.passes_on(ada, f"/{command}", via_bot={"id": 4, "is_bot": True, "first_name": "Gifs"})
        else:
            eve.says(f"/{command}", group=group)
            eve.forges(command, group.sees[-1].message_id, group=group)
    soon(lambda: not eve.spinning)
    pressed = [toast.text for toast in eve.toasts]
    assert pressed.count(REFUSED) == (len(SETTERS) - 1 if pressed else 0)
    assert settings(group, ada) == before


def test_a_demoted_admin_is_refused_within_thirty_seconds(house: House) -> None:
    """Until then the earlier word may count; then every press of the old panel is refused."""
    ada, ben = house.server.person(), house.server.person()
    group = house.group(ada)
    group.adds(ben, "administrator")
    assert "Updates: off" in settings(group, ben)
    group.adds(ben, "member")
    demoted = time.monotonic()
    while REFUSED not in [toast.text for toast in ben.toasts]:
        assert time.monotonic() - demoted < 30
        ben.presses("Sound", group=group)
        soon(lambda: not ben.spinning)
        time.sleep(0.5)
    before = settings(group, ada)
    ben.presses("updates all", group=group)
    soon(lambda: [toast.text for toast in ben.toasts][-2:] == [REFUSED] * 2)
    assert settings(group, ada) == before


def test_whom_telegram_does_not_vouch_for_is_refused(house: House) -> None:
    """Where it cannot be asked who is an admin, nobody is."""
    ada = house.server.person()
    group = house.group(ada)
    house.server.faults.error(502, method="getChatMember", times=None)
    ada.says("/updates all", group=group)
    group.waits_here(REFUSED, PATIENCE)
    house.server.faults.clear()
    assert "Updates: off" in settings(group, ada)
