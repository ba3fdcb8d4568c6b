"""From a file and the environment to frozen settings: find it, read both, lay one over the other, validate once.

Every mistake is collected before anything is refused. A complaint stands where the value was written: the file's
line, or the variable; its text begins with the key path.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, create_model

from bot.config.document import Document, read_document
from bot.config.draft import Draft
from bot.config.environment import read_environment
from bot.config.logs import find_level_mistakes
from bot.config.settings import Settings
from bot.errors import Complaint, ConfigurationError

Platforms = Mapping[str, type[BaseModel]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an examination found: settings only where there is no complaint."""

    settings: Settings | None
    complaints: tuple[Complaint, ...]
    content_dir: Path | None
    """Where the content would be read from, also when other keys have mistakes; None: what came along."""


def find(named: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The configuration file: the one named, else ``$SOLIDARITY_CONFIG``, else ``./config.yaml`` if it exists.

    A named file is returned without a look whether it exists: reading it will say so.
    """
    if named is not None:
        return named
    if from_environment := environment.get("SOLIDARITY_CONFIG"):
        return Path(from_environment)
    here = Path("config.yaml")
    return here if here.exists() else None


def join(platforms: Platforms) -> type[Settings]:
    """The settings' type with one optional section for each platform."""
    sections: dict[str, Any] = {name: (options | None, None) for name, options in platforms.items()}
    return create_model("Settings", __base__=Settings, **sections)


def load(path: Path | None, environment: Mapping[str, str], platforms: Platforms) -> Settings:
    """The settings, or ConfigurationError with every mistake. Without a path the environment alone speaks."""
    findings = examine(path, environment, platforms)
    if findings.settings is None:
        raise ConfigurationError(findings.complaints)
    return findings.settings


def examine(path: Path | None, environment: Mapping[str, str], platforms: Platforms) -> Findings:
    """Read and validate everything; the network is not touched and nothing is written."""
    model = join(platforms)
    document = read_document(path) if path else Document(where="the environment")
    overrides = read_environment(environment, model)
    folder = path.absolute().parent if path else Path.cwd()
    draft = Draft(model, tuple(platforms), document, overrides, given=path is not None)
    for name, options in platforms.items():
        draft.read_secret_files(name, options, folder)
    settings = draft.validate(folder)
    found = [*draft.complaints, *find_level_mistakes(environment)]
    complaints = tuple(sorted(found, key=lambda complaint: (complaint.line or 0, str(complaint))))
    content_dir = draft.values.get("content_dir")
    return Findings(
        settings=None if complaints else settings,
        complaints=complaints,
        content_dir=folder / content_dir if isinstance(content_dir, str) and content_dir else None,
    )
