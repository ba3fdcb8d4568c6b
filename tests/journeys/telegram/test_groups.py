"""Coming, speaking, moving and going in groups and topics, as people there live it."""

import pytest

from tests.journeys.telegram.house import GREETING, PATIENCE, House, described, settings, soon


def test_reading_goes_on_in_private(house: House) -> None:
    """In the group there is one panel with a link; the link opens that part in a private chat."""
    ada = house.server.person()
    group = house.group(ada)
    ada.says("/read@solidarity_test_bot 2", group=group)
    panel = group.waits_here("2/4", PATIENCE)
    ((button,),) = panel.buttons
    assert button.url == f"https://t.me/{house.server.world.bot['username']}?start=part-2"
    ada.follows("part-2")
    ada.waits_here("2/4", PATIENCE)


def test_a_hundred_repeats_of_what_happened_change_nothing(house: House) -> None:
    """The bot was added, thrown out and added again; told all of it again, it greets nobody and forgets nothing."""
    ada = house.server.person()
    told: list[dict[str, object]] = []
    updates = house.server.world.updates
    with house.service.resting():
        group = house.server.group(bot=None)
        group.adds(ada, "creator")
        group.adds_bot(ada)
        group.removes_bot(ada)
        group.adds_bot(ada)
        told += [update for update in updates.pending if "my_chat_member" in update]
    group.waits_here(GREETING, PATIENCE)
    ada.says("/updates all", group=group)
    group.waits_here("Updates: all", PATIENCE)
    with house.service.resting(), house.server.world.lock:
        updates.pending.extendleft([update for update in told for _ in range(100)])
    assert "Updates: all" in settings(group, ada)
    assert [GREETING in seen.text for seen in group.received].count(True) <= 2
    greeted = len(group.received)
    assert GREETING not in "".join(seen.text for seen in group.received[greeted - 2 :])


@pytest.mark.parametrize(
    "order",
    [
        ("to", "from", "left"),
        ("left", "to", "from"),
        ("left", "added", "from", "to"),
        ("added", "to", "left"),
        ("from",),
        ("to",),
    ],
)
def test_a_move_is_followed_however_it_is_told(house: House, order: tuple[str, ...]) -> None:
    """The supergroup has what the group had chosen, its menus too, and nobody is greeted again."""
    ada = house.server.person()
    group = house.group(ada, kind="group")
    ada.says("/language zh-Hant", group=group)
    group.waits_here("語言：繁體中文", PATIENCE)
    new = group.migrates(ada, order)
    assert "繁體中文" in settings(new, ada)
    assert len(new.received) == 1
    soon(lambda: not described(ada, new).isascii())
    assert {"settings", "here", "forget_me"} <= {command["command"] for command in ada.menu_in(new)}


def test_a_move_that_nobody_told_is_followed_from_the_answer(house: House) -> None:
    """Telegram refuses what goes to the old number and names the new one: there the answer is given."""
    ada = house.server.person()
    group = house.group(ada, kind="group")
    ada.says("/language zh-Hant", group=group)
    group.waits_here("語言：繁體中文", PATIENCE)
    new = group.migrates(ada, ())
    ada.presses("settings", group=group)
    assert "繁體中文" in new.waits_here("設定", PATIENCE).text
    assert "繁體中文" in settings(new, ada)


def test_silence_suspends_and_removal_ends(house: House) -> None:
    """Muted, the bot says nothing and forgets nothing; thrown out, it comes again as a stranger."""
    ada = house.server.person()
    group = house.group(ada)
    ada.says("/updates all", group=group)
    group.waits_here("Updates: all", PATIENCE)
    group.promotes_bot(ada, "restricted")
    ada.says("/settings", group=group)
    soon(lambda: [each for each in house.server.violations if "not enough rights" in each.description])
    group.promotes_bot(ada, "member")
    assert "Updates: all" in settings(group, ada)
    group.removes_bot(ada)
    group.adds_bot(ada)
    group.waits_here(GREETING, PATIENCE)
    assert "Updates: off" in settings(group, ada)


def test_topics_are_answered_where_they_are_spoken_in(house: House) -> None:
    """In the topic; where it is closed, in the general one. ``here`` binds the updates to it."""
    ada = house.server.person()
    group = house.group(ada, forum=True)
    thread = group.topic("News", ada)
    ada.says("/here", group=group, thread=thread)
    assert group.waits_here("to this topic", PATIENCE).thread == thread
    group.closes(thread, ada)
    ada.says("/settings", group=group, thread=thread)
    panel = group.waits_here("Settings", PATIENCE)
    assert panel.thread is None
    assert "one topic" in panel.text


def test_a_group_is_forgotten_by_its_admin(house: House) -> None:
    """What the bot said there goes, and its menus are those of a stranger."""
    ada = house.server.person()
    group = house.group(ada)
    ada.says("/language zh-Hant", group=group)
    group.waits_here("語言：繁體中文", PATIENCE)
    soon(lambda: not described(ada, group).isascii())
    ada.says("/forget_me", group=group)
    group.waits_here("已刪除", PATIENCE)
    assert len([seen for seen in group.sees if seen.from_bot]) == 1
    soon(lambda: described(ada, group).isascii())
    assert "Updates: off" in settings(group, ada)


def test_unblocking_does_not_subscribe_again(house: House) -> None:
    """Who blocks the bot wants no updates, and has to ask for them to get them again."""
    ada = house.server.person()
    ada.says("/updates all")
    ada.waits_here("Updates: all", PATIENCE)
    ada.blocks()
    ada.unblocks()
    ada.says("/settings")
    assert "Updates: off" in ada.waits_here("Settings", PATIENCE).text
