"""The forms that single values must have. Each function returns the value in its one form, or raises Mistake."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

import langcodes
from pydantic import ValidationInfo

from bot.config.complaints import did_you_mean
from bot.errors import Mistake
from bot.model.people import Address

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
"""The languages in which the bot has words of its own."""

NATIVE = {"telegram": re.compile(r"[1-9][0-9]{0,18}"), "matrix": re.compile(r"@[\x21-\x39\x3b-\x7e]+:[^\s:]+(:\d+)?")}
"""A person's native id, where we know its form; other platforms' are taken as they are."""

T = TypeVar("T")


class Addressed(Protocol):
    """Whatever has an address."""

    @property
    def address(self) -> Address:
        """Where it is."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to listen."""

    host: str
    port: int


def check_language(tag: str) -> str:
    """One of our languages, by its exact tag."""
    if tag in LANGUAGES:
        return tag
    remedy = f"Write one of: {', '.join(LANGUAGES)}."
    if langcodes.tag_is_valid(tag) and tag.lower() != "zh":
        near, distance = langcodes.closest_match(tag, LANGUAGES, max_distance=10)
        remedy = f"Did you mean {near}?" if distance <= 10 else remedy
    raise Mistake(f"holds {tag!r}, a language without words here", remedy)


def check_distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    """No value twice."""
    if len(set(values)) < len(values):
        raise Mistake("holds the same value twice", "Keep each once.")
    return values


def check_timezone(name: str) -> str:
    """An IANA zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        remedy = did_you_mean(name, available_timezones(), "Write a name such as Asia/Hong_Kong.")
        raise Mistake(f"is {name!r}, which is no IANA time zone", remedy) from None
    return name


def check_private(path: Path) -> Path:
    """A file that only its owner may read; it is not opened."""
    if path.stat().st_mode & 0o077:
        raise Mistake("is a file that others can read or write", f"Run: chmod 600 {path}")
    return path


def read_database_url(value: Any, *, folder: Path, data_dir: Path | None) -> str:
    """An absolute URL for the store; nothing given is ``bot.db`` in ``data_dir``."""
    remedy = "Write sqlite:///data/bot.db or postgresql+psycopg://user@host/name."
    if value is None or value == "":
        return f"sqlite:///{(data_dir or folder / 'data') / 'bot.db'}"
    if not isinstance(value, str):
        raise Mistake("must be text", remedy)
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite":
        if not rest.startswith("/") or rest in ("/", "/:memory:") or "?" in rest:
            raise Mistake("names no file in which a store could last", remedy)
        return f"sqlite:///{folder / Path(rest[1:]).expanduser()}"
    if scheme != "postgresql+psycopg":
        raise Mistake("is a kind of database that is not supported", remedy)
    try:
        parts = urlsplit(value)
        complete = bool(parts.path.strip("/")) and (parts.port is None or parts.port > 0)
    except ValueError:
        complete = False
    if not complete:
        raise Mistake("names no database", remedy)
    if find_spec("psycopg") is None:
        raise Mistake("needs psycopg, which is not installed", "Run: pip install 'solidarity-bot[postgres]'")
    return value


def find_password(url: str) -> str | None:
    """The password within a database URL."""
    password = urlsplit(url).password
    return unquote(password) if password else None


def read_address(value: Any, info: ValidationInfo) -> Address:
    """``platform:native`` as an Address. What was written is never repeated."""
    known = (info.context or {}).get("platforms", tuple(NATIVE))
    platform, colon, native = value.partition(":") if isinstance(value, str) else ("", "", "")
    form = NATIVE.get(platform)
    if not (colon and platform in known and native.strip()) or (form and not form.fullmatch(native)):
        remedy = 'Write it as "telegram:123456789" or "matrix:@name:example.org", in quotes.'
        raise Mistake("is no address of a person", remedy)
    return Address(platform, native)


def read_fingerprint(value: str) -> str:
    """An Ed25519 fingerprint (43 base64 characters); the spaces that apps show within it are left out."""
    bare = "".join(value.split())
    if not re.fullmatch(r"[A-Za-z0-9+/]{43}", bare):
        raise Mistake("is no Ed25519 fingerprint", "Copy the device's session key from its settings: 43 characters.")
    return bare


def check_people(people: Sequence[Addressed]) -> Sequence[Addressed]:
    """Every address once."""
    if len({person.address for person in people}) < len(people):
        raise Mistake("holds the same address twice", "Keep each person's address once.")
    return people


def check_telegram_identity(value: str) -> str:
    """``@name`` or a t.me link."""
    if not re.fullmatch(r"(@|https://t\.me/)[A-Za-z][A-Za-z0-9_]{3,31}", value):
        raise Mistake("is no name on Telegram", 'Write it as "@name" or "https://t.me/name".')
    return value


def check_matrix_identity(value: str) -> str:
    """A user's or room's address."""
    if not re.fullmatch(r"[@#][^\s:]+:[^\s:]+(:\d+)?", value):
        raise Mistake("is no address on Matrix", 'Write it as "@name:example.org" or "#room:example.org", in quotes.')
    return value


def check_website(value: str) -> str:
    """A web address."""
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise Mistake("is no web address", "Write it as https://example.org/.")
    return value


def read_endpoint(value: Any) -> Endpoint:
    """``host:port``; an IPv6 host in brackets."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})", value) if isinstance(value, str) else None
    if not found or not 0 < int(found[2]) < 65_536:
        raise Mistake("is no host and port", "Write it as 127.0.0.1:9101.")
    return Endpoint(host=found[1].strip("[]"), port=int(found[2]))
