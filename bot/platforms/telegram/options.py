"""What the operator may set under ``telegram``. Every complaint names its remedy; none shows the token."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

_Positive = Annotated[float, Field(gt=0)]
_PROXIES = ("http", "socks5", "socks5h", "socks4")


class Mistake(ValueError):
    """What a validator raises: the problem, which follows the key path, and the remedy, a sentence of its own."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy


class Pace(BaseModel):
    """How fast messages may go out: below Telegram's limits of about 30/s, 1/s per chat and 20/min per group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    overall_per_second: _Positive = 28
    per_chat_per_second: _Positive = 1
    per_group_per_minute: _Positive = 18


class TelegramOptions(BaseModel):
    """A bot's token, the server that it speaks to, the way there, and the pace.

    Refuses a token beside a token_file, neither of them, a token_file that is not there or that others can read,
    and URLs that are none. A relative token_file counts from the working directory: resolve it before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token_file: Path | None = None
    token: Annotated[SecretStr | None, Field(validate_default=True)] = None
    api_url: str = "https://api.telegram.org"
    proxy: Annotated[str | None, Field(repr=False)] = None
    pace: Pace = Pace()

    def reveal(self) -> str:
        """The token in the clear, read from its file if need be. OSError where the file is gone since."""
        if self.token is not None:
            return self.token.get_secret_value().strip()
        if self.token_file is None:
            raise ValueError("neither token nor token_file is set")
        return self.token_file.read_text(encoding="utf-8").strip()

    @field_validator("token_file")
    @classmethod
    def _check_file(cls, path: Path | None) -> Path | None:
        if path is None:
            return None
        try:
            mode = path.stat().st_mode
            content = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            remedy = "Put the token from @BotFather into that file, readable by this user"
            raise Mistake(f"{path} cannot be read", remedy) from error
        if mode & 0o077:
            raise Mistake(f"others can read {path}", f"Close it with: chmod 600 {path}")
        _check_token(content)
        return path

    @field_validator("token")
    @classmethod
    def _check_beside(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "token_file" not in info.data:
            return token
        if token is not None and info.data["token_file"] is not None:
            raise Mistake("stands beside token_file", "Keep one of the two")
        if token is not None:
            _check_token(token.get_secret_value())
        elif info.data["token_file"] is None:
            raise Mistake("is missing", "Set it, or token_file, to the token from @BotFather")
        return token

    @field_validator("api_url")
    @classmethod
    def _check_api_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise Mistake("is no address of a server", "Write it as https://api.telegram.org")
        return url.rstrip("/")

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        try:
            whole = parts.scheme in _PROXIES and bool(parts.hostname) and parts.port is not None
        except ValueError:
            whole = False
        if not whole:
            raise Mistake("is no address of a proxy", "Write it as socks5://127.0.0.1:9050 or http://HOST:PORT")
        return url


def _check_token(token: str) -> None:
    """Refuses what could not stand in a request's path; whether it is the right one, only Telegram knows."""
    bare = token.strip()
    if not bare or not bare.isascii() or any(sign.isspace() or sign in "/?#%{}" for sign in bare):
        raise Mistake("is no bot token", "Copy it again from @BotFather, as 123456:ABC")
