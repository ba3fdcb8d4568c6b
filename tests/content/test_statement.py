"""The statement in content/ is the published one, word for word."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.errors import ContentError
from bot.model.statement import Statement, Texts
from bot.storage.files import load_statement

CONTENT = Path(__file__).parents[2] / "content"
FOLDER = CONTENT / "statement"
PUBLISHED = "8528e9ee6bbab9605ab3688cf52472aa0e485667046109abb12ddb22f89ea539"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def source_paragraphs() -> list[str]:
    """The published text's lines that are not empty."""
    return [line for line in (FOLDER / "source.txt").read_bytes().decode().split("\n") if line]


def told(statement: Statement) -> Iterator[str]:
    """Every paragraph that the parts tell, in the order in which the source prints it."""
    frame = (statement.credit, statement.title, statement.standfirst, statement.origin, statement.note)
    yield from (texts["en"] for texts in frame)
    yield f"{statement.title['zh-Hans']} / {statement.title['zh-Hant']}"
    for part in statement.parts:
        yield from part.heading.values()
        for passage in part.passages:
            yield from (one.text for one in passage.highlights if one.before)
            yield from passage.texts.values()
            yield from (one.text for one in passage.highlights if not one.before)


def is_published(content: Path) -> bool:
    """Whether a content store tells exactly the published text."""
    try:
        return list(told(load_statement(content))) == source_paragraphs()
    except ContentError:
        return False


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A content store of the test's own, to be spoilt."""
    shutil.copytree(FOLDER, tmp_path / "statement")
    return tmp_path


def test_source_is_as_published() -> None:
    """The source lies here byte for byte, and statement.yaml names its digest."""
    assert hashlib.sha256((FOLDER / "source.txt").read_bytes()).hexdigest() == PUBLISHED
    assert f"source_sha256: {PUBLISHED}\n" in (FOLDER / "statement.yaml").read_text()


def test_every_paragraph_is_told_once_and_in_order() -> None:
    """Title, standfirst, credits, headings, passages, translations and highlights are the source, nothing else."""
    assert list(told(load_statement(CONTENT))) == source_paragraphs()


def test_twelve_passages_in_four_parts() -> None:
    """The parts hold two, four, four and two passages, each with an id of its own."""
    parts = load_statement(CONTENT).parts
    ids = [passage.id for part in parts for passage in part.passages]
    assert [(part.number, len(part.passages)) for part in parts] == [(1, 2), (2, 4), (3, 4), (4, 2)]
    assert len(set(ids)) == 12


def test_translations_are_those_of_the_source() -> None:
    """Besides the title, only two passages have a translation, and nothing else has."""
    statement = load_statement(CONTENT)
    translated = {p.id: tuple(p.texts) for part in statement.parts for p in part.passages if len(p.texts) > 1}
    assert translated == {"blank-paper": LANGUAGES, "radicalism": ("en", "zh-Hant")}
    assert tuple(statement.title) == LANGUAGES
    rest: list[Texts] = [statement.standfirst, statement.credit, statement.origin, statement.note]
    assert {tuple(texts) for texts in [*rest, *(part.heading for part in statement.parts)]} == {("en",)}


def test_highlights_are_two_sentences_of_their_passages() -> None:
    """Each pull quote is a verbatim piece of its passage, and stands nowhere a second time."""
    statement = load_statement(CONTENT)
    marked = [(p, one) for part in statement.parts for p in part.passages for one in p.highlights]
    written = "\n".join(path.read_text() for path in FOLDER.glob("*.yaml"))
    assert [(p.id, one.before) for p, one in marked] == [("self-determination", True), ("globalised-oppression", False)]
    for passage, one in marked:
        assert one.text in passage.texts[one.language]
        assert written.count(one.text) == 1


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("part-*.yaml")))
def test_languages_stand_side_by_side_in_one_order(name: str) -> None:
    """Every heading and passage names all languages in the fixed order, the missing ones as null."""
    part = yaml.safe_load((FOLDER / name).read_text())
    sides = [part["heading"], *(passage["texts"] for passage in part["passages"])]
    assert [tuple(side) for side in sides] == [LANGUAGES] * len(sides)
    missing = sum(text is None for side in sides for text in side.values())
    assert (FOLDER / name).read_text().count(": null # missing\n") == missing


def test_a_copy_is_published_until_it_is_spoilt(copied: Path) -> None:
    """The check that the mutations below defeat holds before them."""
    assert is_published(copied)


@pytest.mark.parametrize("index", range(len(source_paragraphs())))
def test_one_changed_character_is_found(copied: Path, index: int) -> None:
    """Changing the first, the middle or the last character of any text in the parts is noticed."""
    spoilt = 0
    for path in sorted((copied / "statement").glob("*.yaml")):
        sound = path.read_text()
        for text in source_paragraphs()[index].split(" / "):
            for at in {0, len(text) // 2, len(text) - 1}:
                if text in sound:
                    path.write_text(sound.replace(text, f"{text[:at]}~{text[at + 1 :]}"))
                    assert not is_published(copied)
                    path.write_text(sound)
                    spoilt += 1
    assert spoilt >= 3


@pytest.mark.parametrize("line", range(0, 60, 7))
def test_one_changed_byte_of_the_source_is_found(copied: Path, line: int) -> None:
    """A source that differs in one byte does not load: its digest is another."""
    path = copied / "statement" / "source.txt"
    path.chmod(0o644)
    raw = bytearray(path.read_bytes())
    raw[len(raw) * line // 60] ^= 1
    path.write_bytes(raw)
    with pytest.raises(ContentError, match=r"`source_sha256` is not the digest of source.txt"):
        load_statement(copied)


def test_dropping_or_moving_a_passage_is_found(copied: Path) -> None:
    """A passage left out, and two that changed places, are noticed."""
    path = copied / "statement" / "part-1.yaml"
    sound = path.read_text()
    head, first, second = re.split(r"(?=  - id: )", sound)
    path.write_text(head + first)
    assert not is_published(copied)
    path.write_text(head + second + "\n" + first)
    assert not is_published(copied)


def test_readme_says_whose_words_these_are() -> None:
    """The folder's own page names the publishers, the permission, the credit, and that the licence ends here."""
    page = " ".join((FOLDER / "README.md").read_text().split())
    for words in ("originally published by LCSA", "republished with permission", "Alex Yun for Lausan"):
        assert words in page
    assert "does not cover the files of this folder" in page
