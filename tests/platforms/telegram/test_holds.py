"""Silences: windows that Telegram asks for, and outages."""

from bot.model.delivery import Later
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.holds import Holds


def test_window_ends_to_the_second() -> None:
    """A chat is held until its window is over, and a shorter one that follows does not shorten it."""
    holds = Holds()
    assert holds.check("5", 100) is None
    assert holds.limit("5", 10, 100) == Later(10)
    assert holds.limit("5", 2, 101) == Later(9)
    assert holds.check("5", 109.5) == Later(0.5)
    assert holds.check("6", 109.5) is None
    assert holds.check("5", 110) is None


def test_two_chats_within_a_second_hold_all() -> None:
    """The longer of both windows counts for everybody; a reached server does not end it."""
    holds = Holds()
    holds.limit("5", 20, 100)
    assert holds.limit("6", 5, 101) == Later(19, everyone=True)
    holds.resume()
    assert holds.check("7", 119) == Later(1, everyone=True)
    assert holds.check("7", 120) is None


def test_one_chat_twice_holds_itself_alone() -> None:
    """The same chat limited again says nothing about others; nor do two chats more than a second apart."""
    holds = Holds()
    holds.limit("5", 20, 100)
    assert holds.limit("5", 20, 100.5) == Later(20)
    assert holds.limit("6", 20, 102) == Later(20)
    assert holds.check("7", 102) is None


def test_outage_lets_one_call_try() -> None:
    """After a pause one caller is let through, the others wait for it; each failure lengthens the pause."""
    holds = Holds()
    assert holds.pause(100) == holds.pause(100)
    assert holds.check("5", 101) is None
    assert holds.check("6", 101) == Later(5, everyone=True)
    assert 1 <= holds.pause(102).after <= 2
    assert holds.check("5", 104) is None
    holds.resume()
    assert holds.check("6", 104) is None


def test_probe_that_never_ends_is_followed_by_another() -> None:
    """A trying call that is lost does not shut the way for good."""
    holds = Holds()
    holds.pause(100)
    assert holds.check("5", 101) is None
    assert holds.check("5", 131) is None


def test_poll_speaks_for_all() -> None:
    """While the poll cannot reach the server nobody else tries; its success ends the wait."""
    holds = Holds()
    holds.wait_for_poll(60, 100)
    assert holds.check("5", 160) == Later(5, everyone=True)
    holds.resume()
    assert holds.check("5", 160) is None


def test_backoff_doubles_to_a_minute_and_is_spread() -> None:
    """Waits double from one second to sixty; chance takes up to a half off, and success begins anew."""
    longest = Backoff(lambda: 0.0)
    assert [longest.lengthen() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    longest.reset()
    assert longest.lengthen() == 1
    shortest = Backoff(lambda: 1.0)
    assert [shortest.lengthen() for _ in range(7)] == [0.5, 1, 2, 4, 8, 16, 30]
    assert len({Backoff().lengthen() for _ in range(5)}) > 1
