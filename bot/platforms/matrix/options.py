"""What the operator may set under ``matrix``. Every complaint names its remedy; none shows the password."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from bot.errors import Mistake
from bot.model.urls import check_proxy, check_server

_USER_ID = re.compile(r"@[^:\s]+:[^\s]+")
_SERVER_PATTERN = re.compile(r"[\w.*?:\[\]-]+", re.ASCII)


class Pace(BaseModel):
    """How fast events may go out, seeds of reactions included. It gives way by itself when the homeserver limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    overall_per_second: Annotated[float, Field(gt=0)] = 10


class Invites(BaseModel):
    """Whose invitations are accepted, and how many an hour; what exceeds that waits for its hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_servers: tuple[str, ...] = ("*",)
    """Names of homeservers; ``*`` and ``?`` stand for any characters and any one. Empty: nobody may invite."""
    per_hour: Annotated[int, Field(ge=1)] = 60

    @field_validator("allow_servers")
    @classmethod
    def _check_servers(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        if any(not _SERVER_PATTERN.fullmatch(pattern) for pattern in patterns):
            raise Mistake("names what is no server", 'Write names such as "example.org" or "*.example.org".')
        return tuple(pattern.lower() for pattern in patterns)


class MatrixOptions(BaseModel):
    """An account's homeserver, name and password, the way there, and what is accepted.

    Refuses a password beside a password_file, neither of them, a password_file that is not there or that others can
    read, and URLs that are none. A relative password_file counts from the working directory: resolve it before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    homeserver: str
    user_id: Annotated[str, Field(repr=False)]
    password_file: Path | None = None
    password: Annotated[SecretStr | None, Field(validate_default=True)] = None
    device_name: Annotated[str, Field(min_length=1, max_length=100)] = "solidarity-bot"
    proxy: Annotated[str | None, Field(repr=False)] = None
    pace: Pace = Pace()
    invites: Invites = Invites()
    reset_identity: bool = False
    """Whether a cross-signing identity that the account has from elsewhere may be replaced by the bot's own."""

    def reveal(self) -> str:
        """The password in the clear, read from its file if need be. OSError where the file is gone since."""
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_file is None:
            raise ValueError("neither password nor password_file is set")
        return _read_line(self.password_file)

    @field_validator("homeserver")
    @classmethod
    def _check_homeserver(cls, url: str) -> str:
        return check_server(url, "a homeserver", "https://matrix.example.org")

    @field_validator("user_id")
    @classmethod
    def _check_user_id(cls, user_id: str) -> str:
        if not _USER_ID.fullmatch(user_id) or len(user_id) > 255:
            raise Mistake("is no Matrix user id", 'Write it in full and in quotes, as "@solidarity:example.org".')
        return user_id

    @field_validator("password_file")
    @classmethod
    def _check_file(cls, path: Path | None) -> Path | None:
        if path is None:
            return None
        try:
            mode = path.stat().st_mode
            password = _read_line(path)
        except (OSError, UnicodeDecodeError) as error:
            remedy = "Put the account's password into that file, readable by this user."
            raise Mistake(f"{path} cannot be read", remedy) from error
        if mode & 0o077:
            raise Mistake(f"others can read {path}", f"Close it with: chmod 600 {path}")
        if not password:
            raise Mistake(f"{path} is empty", "Put the account's password into it.")
        return path

    @field_validator("password")
    @classmethod
    def _check_beside(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "password_file" not in info.data:
            return password
        beside = info.data["password_file"] is not None
        if password is not None and beside:
            raise Mistake("stands beside password_file", "Keep one of the two.")
        if not beside and (password is None or not password.get_secret_value()):
            raise Mistake("is missing", "Set it, or password_file, to the account's password.")
        return password

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, url: str | None) -> str | None:
        return check_proxy(url)


def _read_line(path: Path) -> str:
    """The file's text without the line break that editors end it with."""
    return path.read_text(encoding="utf-8").rstrip("\r\n")
