"""What the bot says: content, words and the operator's choices, put together for the rules."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.broadcast.decisions import Publishing
from bot.broadcast.flying import Manner
from bot.catalogue.catalogue import Catalogue
from bot.catalogue.phrases import Phrases
from bot.chat.guide import Guide, Network
from bot.chat.moderating import write_letter
from bot.chat.posting import render, withdrawn
from bot.config import Settings
from bot.config.settings import FALLBACK
from bot.errors import Complaint, ContentError
from bot.model.message import Message
from bot.ports import Tx
from bot.ports_moderating import Letter
from bot.storage.files import content_directory, load_interface, load_statement

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
TIMEZONE = "Asia/Hong_Kong"
KEEP_HOURS = 48
"""How long handled events and references to messages are kept: as long as Telegram lets a bot delete."""


def check_content(content_dir: Path | None) -> list[Complaint]:
    """Every mistake of the content store: the statement's files and the bot's own words."""
    folder = content_directory(content_dir)
    complaints: list[Complaint] = []
    try:
        load_statement(folder)
    except ContentError as error:
        complaints += error.complaints
    try:
        complaints += Phrases(load_interface(folder, LANGUAGES)).complaints()
    except ContentError as error:
        complaints += error.complaints
    return complaints


def make_guide(
    settings: Settings | None,
    networks: Mapping[str, Network],
    fingerprint: Callable[[], str | None] = lambda: None,
    publishing: Publishing | None = None,
) -> Guide:
    """What every answer knows of the house. Without settings: the content that came along."""
    folder = content_directory(settings.content_dir if settings else None)
    default = settings.default_language if settings else "en"
    languages = settings.languages if settings else LANGUAGES
    database = "PostgreSQL" if settings and settings.database_url.startswith("postgresql") else "SQLite"
    return Guide(
        catalogue=Catalogue(
            statement=load_statement(folder),
            fallback=(settings.fallback if settings else None) or FALLBACK,
            default_language=default,
        ),
        phrases=Phrases(load_interface(folder, languages)),
        default_language=default,
        languages=tuple(languages),
        timezone=settings.timezone if settings else TIMEZONE,
        networks=networks,
        fingerprint=fingerprint,
        identity=settings.identity.model_dump() if settings else {},
        database=database,
        keep_hours=KEEP_HOURS,
        publishing=publishing or (read_rules(settings) if settings else Publishing()),
    )


def read_rules(settings: Settings) -> Publishing:
    """What it takes for words to go out, as configured."""
    section = settings.publishing
    return Publishing(
        approvals=section.approvals,
        countdown_seconds=section.countdown_seconds,
        code_expires_minutes=section.code_expires_minutes,
        request_expires_hours=section.request_expires_hours,
    )


def make_manner(guide: Guide) -> Manner:
    """How posts and letters are written, handed to the courier."""

    def letter(tx: Tx, one: Letter) -> tuple[Message, ...]:
        return write_letter(tx, one, guide)

    return Manner(
        render=lambda chat, post: render(guide, post, chat),
        note=lambda chat, post: withdrawn(guide, post, chat),
        letter=letter,
        zone=guide.timezone,
    )
