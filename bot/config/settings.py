"""The keys of the configuration, as frozen models. A platform's section is its own type, handed in by ``app.py``.

Fields are validated in order, and a check across two keys stands at the later one, so that every mistake is found
in one pass. Paths are absolute once validated: relative ones begin at ``folder`` of the validation context.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo

from bot.config import forms
from bot.errors import Mistake
from bot.model.people import Address


class Section(BaseModel):
    """A part of the configuration: frozen, and no key that is not declared."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _place(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder") or Path.cwd()
    return Path(os.path.normpath(folder / path.expanduser()))


def _place_database(value: Any, info: ValidationInfo) -> Any:
    folder = (info.context or {}).get("folder") or Path.cwd()
    return forms.read_database_url(value, folder=folder, data_dir=info.data.get("data_dir"))


def _check_key_file(path: Path, info: ValidationInfo) -> Path:
    data_dir = info.data.get("data_dir")
    if data_dir and path.resolve().is_relative_to(data_dir.resolve()):
        problem = "lies inside data_dir, so that whoever takes one has both"
        raise Mistake(problem, "Name a file in another folder, best on another disk.")
    if path.exists():
        forms.check_private(path)
    return path


def _check_data_dir(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise Mistake("is not a folder", "Name a folder; it is made where it does not exist.")
    return path


def _check_content_dir(path: Path) -> Path:
    if not path.is_dir():
        raise Mistake("is no folder that exists", "Correct it, or write null for the content that came along.")
    return path


def _check_default_language(tag: str, info: ValidationInfo) -> str:
    languages = info.data.get("languages", ())
    if languages and tag not in languages:
        raise Mistake("is not among languages", f"Add {tag} to languages, or name one of: {', '.join(languages)}.")
    return tag


def _check_fallback(value: Mapping[str, tuple[str, ...]] | None, info: ValidationInfo) -> Mapping[str, tuple[str, ...]]:
    languages = info.data.get("languages") or forms.LANGUAGES
    if value is None:
        return {tag: others for tag, others in FALLBACK.items() if tag in languages}
    for tag, others in value.items():
        if tag not in languages:
            raise Mistake(f"names {tag}, which is not among languages", f"Take {tag} away, or add it to languages.")
        if tag in others:
            raise Mistake(f"lets {tag} fall back on itself", f"Take {tag} out of its own list.")
    return value


def _check_devices(devices: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    address = info.data.get("address")
    if devices and address and address.platform == "telegram":
        raise Mistake("belong to addresses on Matrix", "Take them away: Telegram tells no devices.")
    return devices


Placed = Annotated[Path, AfterValidator(_place)]
Language = Annotated[str, AfterValidator(forms.check_language)]
Fingerprint = Annotated[str, AfterValidator(forms.read_fingerprint)]
Distinct = AfterValidator(forms.check_distinct)
FALLBACK: Mapping[str, tuple[str, ...]] = {"zh-Hans": ("zh-Hant", "en"), "zh-Hant": ("en",)}


class Role(StrEnum):
    """What a moderator may do."""

    EDITOR = "editor"
    """Writes."""
    APPROVER = "approver"
    """Writes and approves."""
    OWNER = "owner"
    """All of that, and manages moderators."""


class Moderator(Section):
    """One moderator who is put into an empty store. The repr names no one."""

    address: Annotated[Address, BeforeValidator(forms.read_address)]
    role: Role
    devices: Annotated[tuple[Fingerprint, ...], AfterValidator(_check_devices)] = Field(default=(), repr=False)


class Publishing(Section):
    """What it takes for words to go out."""

    approvals: int = Field(default=1, ge=0, le=9)
    countdown_seconds: int = Field(default=60, ge=0, le=86_400)
    code_expires_minutes: int = Field(default=30, ge=1, le=1_440)
    request_expires_hours: int = Field(default=72, ge=1, le=8_760)
    keep_recipients_hours: int = Field(default=72, ge=1, le=8_760)


class Totp(StrEnum):
    """Whether privileged commands ask for a one-time password."""

    OFF = "off"
    """Never."""
    REQUIRED = "required"
    """For approve, release and roles."""


class Security(Section):
    """What protects a moderator's chat."""

    totp: Totp = Totp.OFF


class Audit(Section):
    """How long deeds are kept."""

    keep_days: int = Field(default=90, ge=1, le=36_500)


class Identity(Section):
    """The official addresses, shown in ``about``."""

    telegram: Annotated[str, AfterValidator(forms.check_telegram_identity)] | None = None
    matrix: Annotated[str, AfterValidator(forms.check_matrix_identity)] | None = None
    website: Annotated[str, AfterValidator(forms.check_website)] | None = None


class Http(Section):
    """The local door for /healthz and /metrics."""

    listen: Annotated[forms.Endpoint, BeforeValidator(forms.read_endpoint)] | None = None


class Settings(Section):
    """All of the configuration. Subclasses made by ``join`` add one optional field per platform."""

    data_dir: Annotated[Placed, AfterValidator(_check_data_dir)] = Field(default=Path("data"), validate_default=True)
    content_dir: Annotated[Placed, AfterValidator(_check_content_dir)] | None = None
    database_url: Annotated[str, BeforeValidator(_place_database)] = Field(
        default="", validate_default=True, repr=False
    )
    key_file: Annotated[Placed, AfterValidator(_check_key_file)] = Field(
        default=Path("secrets/bot.key"), validate_default=True
    )
    languages: Annotated[tuple[Language, ...], Distinct] = Field(default=forms.LANGUAGES, min_length=1)
    default_language: Annotated[Language, AfterValidator(_check_default_language)] = Field(
        default="en", validate_default=True
    )
    fallback: Annotated[
        Mapping[Language, Annotated[tuple[Language, ...], Distinct]] | None, AfterValidator(_check_fallback)
    ] = Field(default=None, validate_default=True)
    timezone: Annotated[str, AfterValidator(forms.check_timezone)] = "Asia/Hong_Kong"
    moderators: Annotated[tuple[Moderator, ...], AfterValidator(forms.check_people)] = ()
    publishing: Publishing = Publishing()
    security: Security = Security()
    audit: Audit = Audit()
    identity: Identity = Identity()
    http: Http = Http()

    @property
    def platforms(self) -> Mapping[str, BaseModel]:
        """The options of every platform that is configured, by its name."""
        names = [name for name in type(self).model_fields if name not in Settings.model_fields]
        return {name: options for name in names if (options := getattr(self, name)) is not None}

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every token, password and moderator's address: what no line of the log may hold."""
        words = [*_find_secrets(self), *(moderator.address.native for moderator in self.moderators)]
        if password := forms.find_password(self.database_url):
            words.append(password)
        return tuple(words)


def _find_secrets(section: BaseModel) -> list[str]:
    words: list[str] = []
    for _, value in section:
        if isinstance(value, SecretStr):
            words.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            words.extend(_find_secrets(value))
    return words
