"""The environment: ``SOLIDARITY_TELEGRAM__TOKEN`` is the key ``telegram.token``. Every mistake is collected.

Scalars are taken as they are written, lists and sections as JSON; for a key that may be null, an empty value or
``null`` is null.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from bot.config.complaints import KeyPath, nearest
from bot.errors import Complaint

PREFIX = "SOLIDARITY_"
ASIDE = ("SOLIDARITY_CONFIG", "SOLIDARITY_LOG_LEVEL")
"""Variables that are no keys."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the models: may it be null, is it one scalar, may it be true or false; a section's own model."""

    nullable: bool
    scalar: bool
    truth: bool
    section: type[BaseModel] | None


@dataclass(slots=True)
class Overrides:
    """What the environment says: (key path, variable, value) each, and its mistakes."""

    values: list[tuple[KeyPath, str, Any]] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)


def name_variable(path: KeyPath) -> str:
    """The variable that gives this key."""
    return PREFIX + "__".join(str(part) for part in path).upper()


def list_keys(model: type[BaseModel], above: KeyPath = ()) -> Iterator[tuple[KeyPath, Key]]:
    """Every key of a settings model, sections before what they hold; lists are not entered."""
    for name, info in model.model_fields.items():
        key = _describe(info.annotation)
        yield (*above, name), key
        if key.section:
            yield from list_keys(key.section, (*above, name))


def is_configured(environment: Mapping[str, str]) -> bool:
    """Whether any variable gives a key (or means to)."""
    return any(name.startswith(PREFIX) and name not in ASIDE for name in environment)


def read_environment(environment: Mapping[str, str], model: type[BaseModel]) -> Overrides:
    """Every value that the environment gives, sections before their keys, and every variable that is wrong."""
    known = {name_variable(path): (path, key) for path, key in list_keys(model)}
    found = Overrides()
    for variable in sorted(environment, key=lambda name: (name.count("__"), name)):
        if not variable.startswith(PREFIX) or variable in ASIDE:
            continue
        if variable not in known:
            near = nearest(variable.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in known])
            remedy = f"Did you mean {PREFIX}{near}?" if near else "Take it away; config.example.yaml holds every key."
            found.complaints.append(Complaint(where=variable, problem="is no variable that I know", remedy=remedy))
            continue
        path, key = known[variable]
        text = environment[variable]
        if key.nullable and text in ("", "null"):
            found.values.append((path, variable, None))
        elif key.scalar:
            found.values.append((path, variable, text))
        else:
            try:
                found.values.append((path, variable, json.loads(text)))
            except (ValueError, RecursionError):
                remedy = 'Write a section as {"key": "value"}.' if key.section else 'Write a list as ["one", "two"].'
                found.complaints.append(Complaint(where=variable, problem="is not valid JSON", remedy=remedy))
    return found


def _describe(annotation: Any) -> Key:
    if get_origin(annotation) is Annotated:
        return _describe(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not NoneType]
        inner = [_describe(part) for part in parts]
        return Key(
            nullable=NoneType in get_args(annotation),
            scalar=all(key.scalar for key in inner),
            truth=any(key.truth for key in inner),
            section=next((key.section for key in inner if key.section), None),
        )
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Key(nullable=False, scalar=False, truth=False, section=annotation)
    scalar = get_origin(annotation) in (None, Literal)
    return Key(nullable=False, scalar=scalar, truth=annotation is bool, section=None)
