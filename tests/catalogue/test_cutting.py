"""A long text is cut at its strongest break, as late as the page bears."""

import pytest

from bot.catalogue.cutting import Break, Cut, find_cut


def halves(text: str, room: int) -> tuple[str, str]:
    """The two sides of the cut of a text of which so many characters fit."""
    cut = find_cut(text, lambda n: n <= room)
    assert cut is not None
    return text[: cut.end], text[cut.start :]


CUTS = {
    # name: (text, room, first side, second side)
    "latest sentence": ("One. Two. Three four", 15, "One. Two.", "Three four"),
    "blank line before a sentence": ("One.\n\nTwo. Three", 14, "One.", "Two. Three"),
    "Chinese": ("一句。二句！三句？四句", 8, "一句。二句！", "三句？四句"),
    "stop just inside": ("一句。二句。三", 6, "一句。二句。", "三"),
    "stop just outside": ("一句。二句。三", 5, "一句。", "二句。三"),
    "quote stays": ("他說「好。」然後走了。", 9, "他說「好。」", "然後走了。"),
    "quote must fit": ("一。他說「好。」走", 7, "一。", "他說「好。」走"),
    "stops in a row": ("真的？！好。走吧", 5, "真的？！", "好。走吧"),
    "row must fit": ("嗎。真的？！好", 5, "嗎。", "真的？！好"),
    "English quote stays": ("He said “no.” Then he left for good", 20, "He said “no.”", "Then he left for good"),
    "bracket stays": ("(It rained.) Then it was dry", 20, "(It rained.)", "Then it was dry"),
    "ellipsis": ("Well... Then it went on", 15, "Well...", "Then it went on"),
    "no sentence in a number": ("It is 3.14159 and more", 12, "It is", "3.14159 and more"),
    "no sentence in an address": ("see example.org/a?b=c now", 20, "see", "example.org/a?b=c now"),
    "no sentence after an abbreviation": (
        "Stop. Road (“Wulumuqi Rd.”) in Shanghai",
        30,
        "Stop.",
        "Road (“Wulumuqi Rd.”) in Shanghai",
    ),
    "half-width stop between Chinese": ("好!下一句話還沒有完", 6, "好!", "下一句話還沒有完"),
    "space": ("no sentence ends here", 14, "no sentence", "ends here"),
    "space just outside": ("no sentence ends", 11, "no sentence", "ends"),
    "full-width space": ("前面的話　後面的話", 6, "前面的話", "後面的話"),
    "several spaces": ("two   spaces", 4, "two", "spaces"),
    "line break": ("a line\nanother", 10, "a line", "another"),
    "no-break space": ("ab cd\u00a0ef", 7, "ab", "cd\u00a0ef"),
    "characters": ("沒有句號的長句子", 5, "沒有句號的", "長句子"),
    "emoji": ("ab👩\u200d🔧cd", 4, "ab", "👩\u200d🔧cd"),
    "accent": ("abe\u0301", 3, "ab", "e\u0301"),
    "accent on a space": ("ab \u0301cd", 4, "ab \u0301", "cd"),
    "accent on a stop": ("a。b。\u0301c", 4, "a。", "b。\u0301c"),
    "white space first": ("   \n\n  word and word", 15, "   \n\n  word and", "word"),
    "white space alone": ("      x", 3, "   ", "   x"),
    "a character larger than the page": ("e" + "\u0301" * 9, 4, "e" + "\u0301" * 3, "\u0301" * 6),
    "everything but the end": ("One. Two.  ", 9, "One. Two.", ""),
}


@pytest.mark.parametrize(("text", "room", "first", "second"), CUTS.values(), ids=CUTS)
def test_where_a_text_is_cut(text: str, room: int, first: str, second: str) -> None:
    """Blank line, sentence, white space, character: the strongest first, never inside a character."""
    assert halves(text, room) == (first, second)


def test_a_cut_tells_its_strength() -> None:
    """Who cuts may refuse a cut between mere characters."""
    assert find_cut("a\n\nb", lambda n: n < 4) == Cut(1, 3, Break.PARAGRAPH)
    assert find_cut("a. b", lambda n: n < 4) == Cut(2, 3, Break.SENTENCE)
    assert find_cut("a b", lambda n: n < 3) == Cut(1, 2, Break.SPACE)
    assert find_cut("ab", lambda n: n < 2) == Cut(1, 1, Break.CHARACTER)
    assert find_cut("ab", lambda n: n < 1) is None


@pytest.mark.parametrize("unit", ["a ", "。", "…", "\n\n", " ", "e\u0301", "🇭🇰", "\u200d", ".”) a "])
def test_no_text_takes_long_to_cut(unit: str) -> None:
    """A hundred thousand of anything take a fraction of a second, so that no file can stall the bot."""
    asked = []
    text = unit * 100_000

    def fits(n: int) -> bool:
        asked.append(n)
        return n <= 4_000

    assert find_cut(text, fits) is not None
    assert len(asked) < 40
