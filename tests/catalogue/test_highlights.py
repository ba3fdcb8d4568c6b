"""The pull quotes are shown where they stand, and said once."""

from bot.catalogue.catalogue import Catalogue
from bot.storage.files import content_directory, load_statement


def test_pull_quotes_are_bold_in_their_passages() -> None:
    """Both of them, each once, and no passage's text is changed by it."""
    statement = load_statement(content_directory(None))
    catalogue = Catalogue(statement=statement, fallback={}, default_language="en")
    pieces = [piece for part in statement.parts for piece in catalogue.pieces(part.number, "en") if piece.passage]
    bold = [span.text for piece in pieces for span in piece.spans if span.bold]
    assert len(bold) == 2
    assert bold[0].startswith("Without confronting")
    assert bold[0].endswith("cannot be truly liberatory.")
    assert bold[1].startswith("We are fighting")
    assert bold[1].endswith("offers no better alternative.")
    texts = [passage.texts["en"] for part in statement.parts for passage in part.passages]
    assert [piece.text for piece in pieces] == texts
