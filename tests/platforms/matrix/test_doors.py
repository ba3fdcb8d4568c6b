"""Invitations, and rooms to leave and to forget: what is asked of the homeserver, in which order and when."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.platforms.matrix.client import Client
from bot.platforms.matrix.departures import Departures, Step
from bot.platforms.matrix.inbox import Inbox, Note, Sort
from bot.platforms.matrix.invitations import Invitations
from bot.platforms.matrix.options import Invites
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined
from tests.platforms.matrix.clocks import StillClock


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An empty one."""
    vault = Vault(tmp_path, bytes(32))
    yield vault
    vault.close()


class Homeserver:
    """Answers everything, or refuses everything; ``asked`` holds the paths."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refusal: Declined | None = None

    async def call(self, method: str, path: str, body: object = None) -> dict[str, object]:
        """One request."""
        del method, body
        self.asked.append(path)
        if self.refusal is not None:
            raise self.refusal
        return {}

    def client(self) -> Client:
        """Itself, as far as anybody asks here."""
        return cast("Client", self)


def test_rooms_are_left_and_forgotten_once_all_is_told(vault: Vault) -> None:
    """And not while something from there waits for the rules; what is sealed keeps nobody."""
    inbox, clock, server = Inbox(vault), StillClock(), Homeserver()
    departures = Departures(vault, clock)
    inbox.put(Note(event="$1", room="!a", sort=Sort.LEFT), 1.0)
    inbox.put(Note(event="$2", room="!b", sort=Sort.SEALED), 1.0)
    for room, step, after in (
        ("!a", Step.FORGET, 0),
        ("!b", Step.LEAVE, 0),
        ("!c", Step.LEAVE, 10),
        ("!d", Step.LEAVE, 0),
    ):
        departures.wish(room, step, after)
    departures.drop("!d")
    assert [departures.is_leaving(room) for room in ("!a", "!b", "!c", "!d")] == [False, True, True, False]
    asyncio.run(departures.settle(server.client()))
    assert server.asked == ["/rooms/%21b/leave"]
    inbox.drop(["$1"])
    clock.moment += timedelta(seconds=10)
    asyncio.run(departures.settle(server.client()))
    assert server.asked[1:] == ["/rooms/%21a/forget", "/rooms/%21c/leave"]
    assert departures.next_due() is None


def test_a_room_that_the_server_keeps_is_asked_for_again(vault: Vault) -> None:
    """A limit is waited out; that we are not there is as good as done."""
    Inbox(vault)
    departures, server = Departures(vault, StillClock()), Homeserver()
    departures.wish("!a", Step.LEAVE)
    server.refusal = Declined(429, "M_LIMIT_EXCEEDED")
    with pytest.raises(Declined):
        asyncio.run(departures.settle(server.client()))
    server.refusal = Declined(403, "M_FORBIDDEN")
    asyncio.run(departures.settle(server.client()))
    assert len(server.asked) == 2
    assert not departures.is_leaving("!a")


def test_many_invitations_of_one_keep_nobody_else_waiting(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever invites little comes first; some are done at a time; what an hour does not hold waits or is declined."""
    monkeypatch.setattr("bot.platforms.matrix.invitations._MOST_WAITING", 100)
    server, clock = Homeserver(), StillClock()
    invitations = Invitations(vault, Invites(per_hour=3), clock)
    with vault.transaction():
        for number in range(300):
            invitations.note(f"!flood{number}", "@eve:example.org")
    invitations.note("!a", "@ada:example.org")
    invitations.note("!b", "@ben:example.org")
    assert asyncio.run(invitations.settle(server.client()))
    joins = [path for path in server.asked if path.endswith("/join")]
    assert sorted(joins) == ["/rooms/%21a/join", "/rooms/%21b/join", "/rooms/%21flood0/join"]
    assert len(server.asked) == 20
    while asyncio.run(invitations.settle(server.client())):
        pass
    declined = [path for path in server.asked if path.endswith("/leave")]
    assert len(server.asked) - len(declined) == 3
    assert len(declined) == 302 - 3 - 100
    clock.moment += timedelta(hours=1)
    asyncio.run(invitations.settle(server.client()))
    assert len([path for path in server.asked if path.endswith("/join")]) == 6


def test_a_replacement_is_entered_whoever_invites_and_whatever_the_hour(vault: Vault) -> None:
    """Others of that server are declined."""
    server = Homeserver()
    invitations = Invitations(vault, Invites(per_hour=1, allow_servers=("here",)), StillClock())
    invitations.note("!new", "@ada:there")
    invitations.note("!a", "@ben:here")
    invitations.note("!b", "@cyd:there")
    asyncio.run(invitations.settle(server.client(), {"!new"}))
    assert sorted(server.asked) == ["/rooms/%21a/join", "/rooms/%21b/leave", "/rooms/%21new/join"]
