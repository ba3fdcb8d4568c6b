"""The ``matrix`` section: what it takes, what it refuses, and that no complaint shows the password."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.errors import Mistake
from bot.platforms.matrix.options import MatrixOptions

GIVEN: dict[str, Any] = {
    "homeserver": "https://matrix.example.org/",
    "user_id": "@solidarity:example.org",
    "password": "correct horse",
}


def make(**given: Any) -> MatrixOptions:
    """The options with these keys in place of the usual ones; None takes a key away."""
    return MatrixOptions(**{name: value for name, value in {**GIVEN, **given}.items() if value is not None})


def complaint(**given: Any) -> Mistake:
    """The one mistake in the options."""
    with pytest.raises(ValidationError) as refused:
        make(**given)
    errors = refused.value.errors()
    assert len(errors) == 1
    cause = errors[0]["ctx"]["error"]
    assert isinstance(cause, Mistake)
    assert "correct horse" not in str(refused.value)
    return cause


def test_the_defaults_are_those_of_the_contract() -> None:
    """A homeserver, a user and a password are enough."""
    options = make()
    assert options.homeserver == "https://matrix.example.org"
    assert (options.device_name, options.proxy, options.reset_identity) == ("solidarity-bot", None, False)
    assert options.pace.overall_per_second == 10
    assert (options.invites.allow_servers, options.invites.per_hour) == (("*",), 60)
    assert options.reveal() == "correct horse"


def test_the_password_may_lie_in_a_file(tmp_path: Path) -> None:
    """The line break that editors end a file with is no part of it, spaces are."""
    file = tmp_path / "password"
    file.write_text(" correct horse \n")
    file.chmod(0o600)
    assert make(password=None, password_file=file).reveal() == " correct horse "


def test_a_readable_password_file_is_refused(tmp_path: Path) -> None:
    """Others could read it; the remedy closes it."""
    file = tmp_path / "password"
    file.write_text("correct horse")
    file.chmod(0o640)
    assert complaint(password=None, password_file=file).remedy == f"Close it with: chmod 600 {file}"


def test_a_missing_or_empty_password_file_is_refused(tmp_path: Path) -> None:
    """Each with what mends it."""
    empty = tmp_path / "empty"
    empty.touch(0o600)
    assert complaint(password=None, password_file=empty).remedy == "Put the account's password into it."
    assert "readable by this user" in complaint(password=None, password_file=tmp_path / "none").remedy


def test_one_of_password_and_file_is_needed(tmp_path: Path) -> None:
    """Both, neither and an empty one are mistakes."""
    file = tmp_path / "password"
    file.write_text("battery")
    file.chmod(0o600)
    assert complaint(password_file=file).remedy == "Keep one of the two."
    assert complaint(password=None).problem == "is missing"
    assert complaint(password="").problem == "is missing"


@pytest.mark.parametrize("url", ["matrix.example.org", "ftp://example.org", "https://", "https://example.org/?a=1"])
def test_a_homeserver_that_is_no_address_is_refused(url: str) -> None:
    """It must be a URL of http or https, without a query."""
    assert complaint(homeserver=url).problem == "is no address of a homeserver"


@pytest.mark.parametrize("user", ["solidarity", "@solidarity", "solidarity:example.org", "@so li:example.org"])
def test_a_user_id_in_part_is_refused(user: str) -> None:
    """It is written in full."""
    assert complaint(user_id=user).problem == "is no Matrix user id"


@pytest.mark.parametrize("url", ["127.0.0.1:9050", "socks5://127.0.0.1", "socks5://host:many", "ftp://host:1"])
def test_a_proxy_that_is_no_address_is_refused(url: str) -> None:
    """It needs a known scheme, a host and a port."""
    assert complaint(proxy=url).problem == "is no address of a proxy"
    assert make(proxy="socks5://127.0.0.1:9050").proxy == "socks5://127.0.0.1:9050"


def test_servers_that_may_invite_are_names_or_patterns() -> None:
    """Case does not matter; what could be no server's name is refused."""
    assert make(invites={"allow_servers": ["*.Example.org"]}).invites.allow_servers == ("*.example.org",)
    assert complaint(invites={"allow_servers": ["https://example.org"]}).problem == "names what is no server"


def test_neither_password_nor_account_is_shown() -> None:
    """The repr may stand in a traceback."""
    shown = repr(make(proxy="socks5://me:secret@127.0.0.1:9050"))
    assert "correct horse" not in shown
    assert "@solidarity" not in shown
    assert "secret@" not in shown
