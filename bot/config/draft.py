"""The values of file and environment together, where each was written, and what is wrong with them."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from bot.config.complaints import KeyPath, explain, nearest, spell
from bot.config.document import Document, read_secret
from bot.config.environment import Overrides, list_keys, name_variable
from bot.config.settings import Settings
from bot.errors import Complaint, Mistake


class Draft:
    """The values of file and environment together, and where each was written."""

    def __init__(
        self,
        model: type[Settings],
        platforms: tuple[str, ...],
        document: Document,
        overrides: Overrides,
        *,
        given: bool,
    ) -> None:
        self.model = model
        self.platforms = platforms
        self.document = document
        self.given = given
        self.values = document.values
        self.readable = not document.complaints
        self.complaints = [*document.complaints, *overrides.complaints]
        self.variables: dict[KeyPath, str] = {}
        self.silent: set[KeyPath] = set()
        self.read_from: dict[KeyPath, KeyPath] = {}
        self.keys = dict(list_keys(model))
        for key, variable, value in overrides.values:
            self.set(key, value)
            self.variables[key] = variable

    def set(self, path: KeyPath, value: Any) -> None:
        """Lay one value over what the file says."""
        section: Any = self.values
        for part in path[:-1]:
            if not isinstance(section.get(part), dict):
                section[part] = {}
            section = section[part]
        section[path[-1]] = value

    def complain(self, path: KeyPath, problem: str, remedy: str) -> None:
        """Note a mistake where the key, or the nearest section above it, was written."""
        path = self.read_from.get(path, path)
        where, line = self.document.where, self.document.line(path)
        for end in range(len(path), 0, -1):
            if path[:end] in self.variables:
                where, line = self.variables[path[:end]], None
                break
        else:
            if not self.given:
                where = name_variable(tuple(part for part in path if isinstance(part, str)))
        text = f"{spell(path)} {problem}" if path else problem
        self.complaints.append(Complaint(where=where, problem=text, remedy=remedy, line=line))

    def read_secret_files(self, name: str, options: type[BaseModel], folder: Path) -> None:
        """Put the content of each ``x_file`` in the place of ``x``, and complain of both or neither."""
        section = self.values.get(name)
        if not isinstance(section, dict):
            return
        for key in options.model_fields:
            if f"{key}_file" in options.model_fields:
                self._read_secret_file(section, name, key, folder)

    def _read_secret_file(self, section: dict[str, Any], name: str, key: str, folder: Path) -> None:
        direct, indirect = (name, key), (name, f"{key}_file")
        file = section.pop(f"{key}_file", None)
        if file is None and section.get(key) in (None, ""):
            section.pop(key, None)
            self.silent.add(direct)
            self.complain(direct, "is missing", f"Give {spell(direct)}, or {spell(indirect)}.")
        elif file is not None and section.get(key) is not None:
            self.complain(indirect, f"stands beside {spell(direct)}", "Keep one of the two.")
        elif file is not None:
            try:
                section[key] = SecretStr(read_secret(file, folder))
                self.read_from[direct] = indirect
            except Mistake as mistake:
                self.silent.add(direct)
                self.complain(indirect, mistake.problem, mistake.remedy)

    def validate(self, folder: Path) -> Settings | None:
        """The settings, with every further mistake noted."""
        self._refuse_truth(self.values, ())
        if self.readable and all(self.values.get(name) is None for name in self.platforms):
            names = " or ".join(self.platforms)
            self.complain((), "no platform is configured", f"Add the section {names}; config.example.yaml shows how.")
        context = {"folder": folder, "platforms": self.platforms}
        try:
            return self.model.model_validate(self.values, context=context)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                path = detail["loc"]
                if path not in self.silent:
                    unknown = detail["type"] == "extra_forbidden"
                    self.complain(path, *(self._explain_unknown(path) if unknown else explain(detail)))
            return None

    def _explain_unknown(self, path: KeyPath) -> tuple[str, str]:
        name = str(path[-1])
        siblings = {str(key[-1]): spell(key) for key in self.keys if key[:-1] == path[:-1]}
        elsewhere = {str(key[-1]): spell(key) for key in self.keys}
        near = nearest(name, siblings)
        meant = siblings[near] if near else elsewhere.get(name)
        remedy = f"Did you mean {meant}?" if meant else "Take it away; config.example.yaml holds every key."
        return "is no key that I know", remedy

    def _refuse_truth(self, value: Any, path: KeyPath) -> None:
        """Pydantic would take ``true`` for the number 1."""
        if isinstance(value, bool) and not (path in self.keys and self.keys[path].truth):
            self.silent.add(path)
            self.complain(path, "must not be true or false", "Write the value; config.example.yaml shows how.")
        for key, below in value.items() if isinstance(value, dict) else ():
            self._refuse_truth(below, (*path, key))
        for index, below in enumerate(value) if isinstance(value, list) else ():
            self._refuse_truth(below, (*path, index))
