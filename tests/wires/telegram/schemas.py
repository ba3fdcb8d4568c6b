"""Every Bot API method by its schema: what it may be given, read as leniently as Telegram, judged as strictly.

The schemas are aiogram's, and nothing else of aiogram is used. They take unknown parameters, so these are compared
by hand, at every depth; lengths and keyboards are judged elsewhere.
"""

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import aiogram.methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import ChatAdministratorRights, InputFile
from pydantic import BaseModel, ValidationError

from tests.wires.telegram.answers import Json, malformed

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False, "": False}
_RIGHTS_LEFT_OUT = {name: False for name, right in ChatAdministratorRights.model_fields.items() if right.is_required()}
"""Rights that are not named are not given; aiogram wants each named."""
_EMPTY = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not given",
}


class Shape(Enum):
    """How a parameter is read from a form, where everything is text."""

    INTEGER = "integer"
    """A whole number; also the number or @name of a chat."""
    BOOLEAN = "boolean"
    """true, false, 1 or 0."""
    TEXT = "text"
    """As it stands."""
    NESTED = "nested"
    """JSON of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """One method: its proper name, its model, and the shape of each parameter."""

    name: str
    model: type[TelegramMethod[Any]]
    shapes: Mapping[str, Shape]

    def read(self, given: Json) -> Json:
        """The parameters with form texts turned into what they stand for; null and missing are the same."""
        return {name: _read(name, value, self.shapes.get(name)) for name, value in given.items() if value is not None}

    def judge(self, parameters: Json) -> None:
        """Refuses unknown parameters, missing ones, and wrong types, at every depth (about 70 µs)."""
        if unknown := parameters.keys() - self.shapes.keys():
            raise malformed(f"unknown parameter {min(unknown)} of {self.name}")
        for name, shape in self.shapes.items():
            if shape is Shape.INTEGER and isinstance(parameters.get(name), bool):
                raise malformed(f"parameter {name} of {self.name} must be a number")
        judged = {name: value for name, value in parameters.items() if name != "reply_markup"}
        if isinstance(judged.get("rights"), dict):
            judged["rights"] = _RIGHTS_LEFT_OUT | judged["rights"]
        try:
            model = self.model.model_validate(judged)
        except ValidationError as error:
            raise malformed(_explain(error)) from error
        for name in judged:
            if self.shapes[name] is Shape.NESTED:
                _refuse_extras(getattr(model, name), name)


@cache
def schemas() -> Mapping[str, Schema]:
    """Every method of the Bot API, by its name in small letters."""
    found = {}
    for model in vars(aiogram.methods).values():
        if inspect.isclass(model) and issubclass(model, TelegramMethod) and model is not TelegramMethod:
            shapes = {name: _shape(field.annotation) for name, field in model.model_fields.items()}
            found[model.__api_method__.lower()] = Schema(name=model.__api_method__, model=model, shapes=shapes)
    return found


def _leaves(annotation: Any) -> set[Any]:
    if get_origin(annotation) is Annotated:
        return _leaves(get_args(annotation)[0])
    if get_origin(annotation) in {Union, type(int | str)}:
        return set().union(*(_leaves(part) for part in get_args(annotation)))
    return {annotation}


def _shape(annotation: Any) -> Shape:
    leaves = _leaves(annotation)
    if int in leaves:
        return Shape.INTEGER
    if bool in leaves:
        return Shape.BOOLEAN
    nested = any(get_origin(leaf) is list or _is_model(leaf) for leaf in leaves)
    return Shape.NESTED if nested else Shape.TEXT


def _is_model(leaf: Any) -> bool:
    return inspect.isclass(leaf) and issubclass(leaf, BaseModel) and not issubclass(leaf, InputFile)


def _read(name: str, value: Any, shape: Shape | None) -> Any:
    if not isinstance(value, str):
        return value
    if shape is Shape.INTEGER and _INTEGER.fullmatch(value):
        return int(value)
    if shape is Shape.BOOLEAN:
        return _TRUTHS.get(value.lower(), value)
    if shape is Shape.NESTED:
        try:
            found = json.loads(value)
            json.dumps(found, ensure_ascii=False).encode()
        except ValueError as error:
            raise malformed(f"can't parse {name} JSON object") from error
        return found
    return value


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return _EMPTY.get(place, f"parameter {place} is required")
    return f"parameter {place} is wrong: {first['msg']}"


def _refuse_extras(value: Any, place: str) -> None:
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_extras(part, place)
    elif isinstance(value, BaseModel):
        if value.model_extra:
            raise malformed(f"unknown field {min(value.model_extra)} in {place}")
        for name in value.model_fields_set:
            _refuse_extras(getattr(value, name), f"{place}.{name}")
