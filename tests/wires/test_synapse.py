"""The tests' Synapse is a real one: it keeps its data over an end of any kind, and limits only when asked to."""

import http

import pytest

from tests.wires.synapse import Account, Synapse

_MESSAGE = {"msgtype": "m.text", "body": "a line"}


def _open_room(server: Synapse, account: Account) -> str:
    room: str = server.request("POST", "/_matrix/client/v3/createRoom", {}, token=account.access_token)["room_id"]
    return room


def _say_many(server: Synapse, account: Account, room: str) -> None:
    for number in range(30):
        path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/{number}"
        server.request("PUT", path, _MESSAGE, token=account.access_token)


def test_accounts_outlive_a_kill() -> None:
    """A user of before a SIGKILL is known after it, at the same address."""
    with Synapse() as server:
        url, account = server.url, server.register("ada")
        server.kill()
        server.start()
        whoami = server.request("GET", "/_matrix/client/v3/account/whoami", token=account.access_token)
        assert (server.url, whoami["user_id"]) == (url, "@ada:matrix.test")
        server.restart()
        with pytest.raises(RuntimeError, match="M_USER_IN_USE"):
            server.register("ada")
        folder = server.folder
    assert server.pid is None
    assert not folder.exists()


def test_it_limits_nobody_unless_asked(synapse: Synapse) -> None:
    """Thirty messages in a row pass the shared homeserver; with Synapse's defaults, the burst of ten ends them."""
    account = synapse.register(synapse.fresh("ada"))
    room = _open_room(synapse, account)
    _say_many(synapse, account, room)
    with Synapse(limited=True) as strict:
        account = strict.register("ada")
        room = _open_room(strict, account)
        with pytest.raises(RuntimeError, match=f"{http.HTTPStatus.TOO_MANY_REQUESTS:d}.*M_LIMIT_EXCEEDED"):
            _say_many(strict, account, room)


def test_settings_are_laid_over_the_rest() -> None:
    """What a test names wins: here the room version that new rooms get."""
    with Synapse(settings={"default_room_version": "12"}, log_level="INFO") as server:
        account = server.register("ada", admin=True)
        capabilities = server.request("GET", "/_matrix/client/v3/capabilities", token=account.access_token)
        assert capabilities["capabilities"]["m.room_versions"]["default"] == "12"
        assert "homeserver" in server.log()
