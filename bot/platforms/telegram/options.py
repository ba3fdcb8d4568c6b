"""What the operator may set under ``telegram``. Every complaint names its remedy; none shows the token."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from bot.errors import Mistake
from bot.model.urls import check_proxy, check_server

_Positive = Annotated[float, Field(gt=0)]


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
        return check_server(url, "a server", "https://api.telegram.org")

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, url: str | None) -> str | None:
        return check_proxy(url)


def _check_token(token: str) -> None:
    """Refuses what could not stand in a request's path; whether it is the right one, only Telegram knows."""
    bare = token.strip()
    if not bare or not bare.isascii() or any(sign.isspace() or sign in "/?#%{}" for sign in bare):
        raise Mistake("is no bot token", "Copy it again from @BotFather, as 123456:ABC")
