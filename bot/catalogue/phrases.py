"""The bot's own words: Fluent messages in every language, as plain text or as spans."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.catalogue.markup import escape, parse
from bot.errors import Complaint
from bot.model.message import Span


class _Variables(Visitor):
    """Collects the variables that a message names."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's own naming
        """One ``{ $name }``."""
        self.names.add(node.id.name)


class Phrases:
    """Made from each language's Fluent source. Every key is asked for by name; an unknown one is a KeyError."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.languages = tuple(sources)
        self._sources = dict(sources)
        self._bundles = {language: _bundle(language, source) for language, source in sources.items()}
        self.say = lru_cache(maxsize=8192)(self._say)
        self.spans = lru_cache(maxsize=8192)(self._spans)

    def _say(self, language: str, key: str, /, **values: Any) -> str:
        """The phrase as plain text. Its markup signs, if any, stand as written."""
        bundle = self._bundles[language]
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, errors = bundle.format_pattern(pattern, values)
        if errors:
            raise KeyError(key, [str(error) for error in errors])
        return str(text)

    def _spans(self, language: str, key: str, /, **values: Any) -> tuple[Span, ...]:
        """The phrase as spans. Values are literal: no sign in them becomes markup."""
        literal = {name: escape(value) if isinstance(value, str) else value for name, value in values.items()}
        return parse(self._say(language, key, **literal))

    def complaints(self) -> list[Complaint]:
        """Keys and variables that one language has and another lacks."""
        named = {language: dict(_messages(source)) for language, source in self._sources.items()}
        every: dict[str, set[str]] = {}
        for messages in named.values():
            for key, variables in messages.items():
                every.setdefault(key, set()).update(variables)
        return [
            Complaint(
                where=f"interface/{language}.ftl", problem=problem, remedy="Add it as the other languages have it."
            )
            for language, messages in named.items()
            for key, variables in sorted(every.items())
            for problem in _lacks(key, variables, messages.get(key))
        ]


def _lacks(key: str, variables: set[str], found: set[str] | None) -> list[str]:
    if found is None:
        return [f"the phrase {key} is missing"]
    return [f"the phrase {key} lacks the variable ${name}" for name in sorted(variables - found)]


def _messages(source: str) -> Iterator[tuple[str, set[str]]]:
    for entry in FluentParser().parse(source).body:
        if isinstance(entry, ast.Message):
            variables = _Variables()
            variables.visit(entry)
            yield entry.id.name, variables.names
        elif isinstance(entry, ast.Junk):
            yield f"(unreadable: {(entry.content or '')[:40]!r})", set()


def _bundle(language: str, source: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(source))
    return bundle
