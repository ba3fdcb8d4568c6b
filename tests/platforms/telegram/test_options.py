"""The section ``telegram`` of the configuration: what is taken, and what is refused with its remedy."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.platforms.telegram.options import TelegramOptions

TOKEN = "123456:planted-token"


def write_token(folder: Path, mode: int = 0o600, content: str = f"{TOKEN}\n") -> Path:
    """A file with a token in it."""
    path = folder / "token"
    path.write_text(content)
    path.chmod(mode)
    return path


def complaint_about(**given: Any) -> tuple[str, str]:
    """Key and words of the one mistake in these values."""
    with pytest.raises(ValidationError) as refused:
        TelegramOptions.model_validate(given)
    assert "planted" not in str(refused.value)
    (mistake,) = refused.value.errors(include_input=False, include_url=False)
    return ".".join(map(str, mistake["loc"])), mistake["msg"]


def test_defaults_are_the_documented_ones() -> None:
    """A token is all that is needed."""
    options = TelegramOptions.model_validate({"token": TOKEN})
    assert options.reveal() == TOKEN
    assert (options.api_url, options.proxy) == ("https://api.telegram.org", None)
    assert options.pace.model_dump() == {
        "overall_per_second": 28,
        "per_chat_per_second": 1,
        "per_group_per_minute": 18,
    }


def test_token_comes_from_its_file(tmp_path: Path) -> None:
    """The file's content is the token, without the line break."""
    assert TelegramOptions(token_file=write_token(tmp_path)).reveal() == TOKEN


def test_token_stands_in_one_place(tmp_path: Path) -> None:
    """A token beside a token_file, and neither of them, are mistakes that say what to do."""
    both = complaint_about(token=TOKEN, token_file=write_token(tmp_path))
    assert both[0] == "token"
    assert "Keep one of the two" in both[1]
    neither = complaint_about()
    assert neither[0] == "token"
    assert "@BotFather" in neither[1]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_token_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The remedy is the very command."""
    path = write_token(tmp_path, mode)
    key, words = complaint_about(token_file=path)
    assert key == "token_file"
    assert f"chmod 600 {path}" in words


def test_token_file_that_is_not_there_or_no_token_is_refused(tmp_path: Path) -> None:
    """A missing file, an empty one, and one with something else in it are named by their key."""
    assert complaint_about(token_file=tmp_path / "none")[0] == "token_file"
    assert complaint_about(token_file=write_token(tmp_path, content="\n"))[0] == "token_file"
    assert complaint_about(token_file=write_token(tmp_path, content="two planted words"))[0] == "token_file"


@pytest.mark.parametrize("token", ["", "  ", "planted/../path", "planted token", "planted?x", "字planted"])
def test_token_that_is_none_is_refused(token: str) -> None:
    """What could not stand in a request's path is no token."""
    key, words = complaint_about(token=token)
    assert key == "token"
    assert "@BotFather" in words


@pytest.mark.parametrize("url", ["api.telegram.org", "ftp://example.org", "https://", "https://example.org/?a=b"])
def test_api_url_must_be_an_address(url: str) -> None:
    """The remedy shows the usual address."""
    key, words = complaint_about(token=TOKEN, api_url=url)
    assert key == "api_url"
    assert "https://api.telegram.org" in words


def test_api_url_loses_its_last_slash() -> None:
    """A slash at the end is a matter of taste; a path before it stays."""
    options = TelegramOptions.model_validate({"token": TOKEN, "api_url": "http://localhost:8081/bots/"})
    assert options.api_url == "http://localhost:8081/bots"


@pytest.mark.parametrize("proxy", ["127.0.0.1:9050", "socks5://127.0.0.1", "ftp://127.0.0.1:1", "socks5://h:99999"])
def test_proxy_must_be_an_address(proxy: str) -> None:
    """Only kinds of proxies that we can speak to, with their port."""
    key, words = complaint_about(token=TOKEN, proxy=proxy)
    assert key == "proxy"
    assert "socks5://127.0.0.1:9050" in words


@pytest.mark.parametrize("name", ["overall_per_second", "per_chat_per_second", "per_group_per_minute"])
def test_pace_is_above_nothing(name: str) -> None:
    """A pace of nought would send nothing for ever."""
    assert complaint_about(token=TOKEN, pace={name: 0})[0] == f"pace.{name}"


def test_unknown_keys_are_refused_and_nothing_can_be_changed() -> None:
    """A misspelt key is a mistake; the options are frozen."""
    assert complaint_about(token=TOKEN, tokne="x")[0] == "tokne"
    options = TelegramOptions.model_validate({"token": TOKEN})
    with pytest.raises(ValidationError):
        options.proxy = "socks5://127.0.0.1:9050"  # type: ignore[misc]
