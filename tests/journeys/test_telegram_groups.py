"""The bot in Telegram's groups and topics, as people there live it: the whole program against a strict server."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.wires.program import TOKEN, configure
from tests.wires.stages.service import Service
from tests.wires.telegram import Group, Person, Seen, ThreadedBotApiServer

PATIENCE = 10.0
REFUSED = "Only admins can do that here."
GREETING = "only if an admin chooses so"


class House:
    """A Bot API server and the program, through any number of groups."""

    def __init__(self, server: ThreadedBotApiServer, service: Service) -> None:
        self.server = server
        self.service = service

    def group(self, admin: Person, kind: str = "supergroup", **given: Any) -> Group:
        """A group of that admin's, to which they have just added the bot; it has greeted."""
        group = self.server.group(kind=kind, bot=None, **given)
        group.adds(admin, "creator")
        group.adds_bot(admin)
        group.waits_here(GREETING, PATIENCE)
        return group


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One program for all these journeys."""
    with ThreadedBotApiServer(token=TOKEN) as server:
        service = Service(configure(tmp_path_factory.mktemp("groups"), server.url))
        try:
            yield House(server, service)
        finally:
            service.end()


@pytest.fixture
def house(running: House) -> Iterator[House]:
    """At the end the bot has broken no rule of Telegram's, and nothing went wrong inside."""
    yield running
    running.server.faults.clear()
    assert running.server.broken_rules() == []
    assert running.service.complaints() == []


def soon(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once it is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def said(group: Group) -> list[Seen]:
    """What the bot has said there, in order, edits too."""
    return group.received


def settings(group: Group, admin: Person) -> str:
    """The panel of all choices, as an admin gets it."""
    admin.says("/settings", group=group)
    return group.waits_here(lambda seen: "Settings" in seen.text or "設定" in seen.text, PATIENCE).text


def described(person: Person, group: Group) -> str:
    """What the first command of that person's menu there says of itself."""
    return str(person.menu_in(group)[0]["description"])


def test_a_group_is_greeted_in_three_lines_and_set_by_admins_alone(house: House) -> None:
    """One greeting; members are refused by a line or a toast, admins and anonymous admins are obeyed."""
    ada, ben = house.server.person(), house.server.person()
    group = house.group(ada)
    group.adds(ben)
    (greeting,) = said(group)
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
    assert [seen.text for seen in said(group)[1:-1]] == [REFUSED]


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
    assert [GREETING in seen.text for seen in said(group)].count(True) <= 2
    greeted = len(said(group))
    assert GREETING not in "".join(seen.text for seen in said(group)[greeted - 2 :])


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
    assert len(said(new)) == 1
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
