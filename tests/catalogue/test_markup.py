"""Bold, italic, link, quotation and line breaks; everything else is what was typed."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.markup import Hidden, MarkupError, escape, parse
from bot.model.characters import hidden
from bot.model.message import Span


def told(text: str) -> str:
    """The spans in a short notation: ``B{…}``, ``I{…}``, ``Q{…}``, ``L(…){…}``, nested in that order."""
    shown = []
    for span in parse(text):
        words = span.text
        for style, sign in ((span.bold, "B"), (span.italic, "I"), (span.quote, "Q")):
            words = f"{sign}{{{words}}}" if style else words
        shown.append(f"L({span.link}){{{words}}}" if span.link else words)
    return "".join(shown)


def plain(text: str) -> str:
    """The words alone."""
    return "".join(span.text for span in parse(text))


SEEN = st.text(st.characters(codec="utf-8")).filter(lambda text: not list(hidden(text)))
SIGNS = st.text(st.sampled_from("ab字。，：“”*_[]()<>`\\!#-|~&;/: \n>"), max_size=60).map(
    lambda text: text.replace("()", "(https://a.b)")
)

MARKED = {
    "bold": ("a **b** c", "a B{b} c"),
    "bold by lines": ("a __b__ c", "a B{b} c"),
    "italic": ("a *b* c", "a I{b} c"),
    "italic by lines": ("a _b_ c", "a I{b} c"),
    "both": ("***a***", "I{B{a}}"),
    "nested": ("*a **b** c*", "I{a }I{B{b}}I{ c}"),
    "nested in itself": ("**a **b** c**", "B{a b c}"),
    "over a line break": ("**a\nb**", "B{a\nb}"),
    "link": ("[a](https://x.org/y?z=1#w)", "L(https://x.org/y?z=1#w){a}"),
    "link with brackets": ("[a](https://x.org/b_(c)) d", "L(https://x.org/b_(c)){a} d"),
    "link in Chinese": ("[聲明](https://x.org/聲明)。", "L(https://x.org/聲明){聲明}。"),
    "bold link": ("**[a](http://x.org)**", "L(http://x.org){B{a}}"),
    "link holding bold": ("[a **b**](http://x.org)", "L(http://x.org){a }L(http://x.org){B{b}}"),
    "link in brackets": ("[see [a](https://x.org)]", "[see L(https://x.org){a}]"),
    "inner link wins": ("[a [b](https://x.org) c](https://y.org)", "[a L(https://x.org){b} c](https://y.org)"),
    "quotation": ("> a\n> b", "Q{a\nb}"),
    "quotation between": ("a\n> **b** c\nd", "a\nQ{B{b}}Q{ c}\nd"),
    "two quotations": ("> a\n\n> b", "Q{a}\n\nQ{b}"),
    "quotation of paragraphs": ("> *a\n>\n> b*", "Q{*a\n\nb*}"),
    "line breaks": ("a\nb\r\nc\rd\n\n\ne", "a\nb\nc\nd\n\n\ne"),
    "after a Chinese colon": ("**注意：**请更新", "B{注意：}请更新"),
    "before a Chinese bracket": ("請更新**（注意）**謝謝", "請更新B{（注意）}謝謝"),
    "in Chinese quotes": ("他說**「好」**了", "他說B{「好」}了"),
    "in shared quotes": ("反对**“清零”**政策", "反对B{“清零”}政策"),
    "after a Chinese stop": ("*完。*下一句", "I{完。}下一句"),
    "before Latin": ("**注意！**2026年", "B{注意！}2026年"),
    "half-width mark": ("**注意:**请更新", "B{注意:}请更新"),
    "lines beside Chinese marks": ("__注意：__请更新", "B{注意：}请更新"),
    "row in Chinese": ("**甲**、**乙**和**丙**", "B{甲}、B{乙}和B{丙}"),
    "in the middle of words": ("我們**必須**團結", "我們B{必須}團結"),
    "book title": ("见**《国安法》**第一条", "见B{《国安法》}第一条"),
    "dash": ("**香港——**我們", "B{香港——}我們"),
}


@pytest.mark.parametrize(("text", "shown"), MARKED.values(), ids=MARKED)
def test_what_is_markup(text: str, shown: str) -> None:
    """Each of the five becomes a style, beside Chinese punctuation too, and its signs go."""
    assert told(text) == shown


LITERAL = {
    "heading": "# a\n## b",
    "list": "- a\n* b\n+ c\n1. d",
    "rule": "---\n***\n* * *\n___",
    "table": "| a | b |\n|---|---|\n| c | d |",
    "code": "`**a**` and ``b ` *c*``",
    "fence": "```py\n**a**\n\n> b\n```",
    "fence without an end": "```\n**a**\n\n*b*",
    "indented": "    a\n\tb",
    "HTML": '<b>a</b> <i class="*x*">b</i> <!-- *c* --> &lt; &amp;',
    "script": "<script>alert(1)</script>",
    "address in angles": "<https://x.org/*a*>",
    "image": "![*a*](https://x.org/a.png)",
    "strike": "~~a~~",
    "bare address": "https://x.org/a_b_c",
    "reference": "[a]: https://x.org\n\n[a] [a][a]",
    "title": '[a](https://x.org "b")',
    "footnote": "a[^1]",
    "blank label": "[](https://x.org)",
    "mailto": "[a](mailto:a@x.org)",
    "script link": "[a](javascript:alert(1))",
    "data link": "[a](data:text/html,b)",
    "telegram link": "[a](tg://resolve?domain=b)",
    "file link": "[a](file:///etc/passwd)",
    "relative link": "[a](/b)",
    "link without scheme": "[a](//x.org)",
    "link without host": "[a](https:///b)",
    "link with a user": "[a](https://telegram.org@x.org)",
    "link with a bad port": "[a](https://x.org:99999)",
    "link with a bad host": "[a](https://[x)",
    "link with a backslash": "[a](https://x.org\\@y.org)",
    "link with a quote": '[a](https://x.org/"b)',
    "link with a space": "[a](https://x.org/ b)",
    "entity link": "[a](java&#115;cript:b)",
    "snake case": "a snake_case_name and __init__py",
    "snake case in Chinese": "会议_2026_记录",
    "stars apart": "2 * 3 * 4 ** 5",
    "without an end": "**a and *b and _c and [d",
    "across paragraphs": "**a\n\nb**",
    "angle without a space": ">_< >:( >>",
    "angle inside": "a > b",
    "backslash": "C:\\new ¯\\(ツ) \\n",
    "white space": "  a  b  \n   c\t\n\n\n d ",
    "zero byte": "a\0b",
    "nothing": "",
}


@pytest.mark.parametrize("text", LITERAL.values(), ids=LITERAL)
def test_what_is_literal(text: str) -> None:
    """Whatever else looks like markup somewhere stands as typed, in one plain span."""
    assert parse(text) == ((Span(text=text),) if text else ())


def test_a_backslash_makes_a_sign_literal() -> None:
    """Only signs of this markup need one, and only before them it goes."""
    assert (
        told(r"\*a\* \_b\_ \[c](https://x.org) \`*d*\` \\*e* \> \<") == r"*a* _b_ [c](https://x.org) `I{d}` \I{e} > <"
    )
    assert told("\\> a") == "> a"
    assert told("\\a \\# \\") == "\\a \\# \\"


@given(st.one_of(SEEN, SIGNS))
def test_escaped_text_holds_no_markup(text: str) -> None:
    """Whatever a text holds, escaped it is shown as it is, in no style."""
    text = text.replace("\r", "")
    assert parse(escape(text)) == ((Span(text=text),) if text else ())


@given(st.one_of(SEEN, SIGNS))
def test_nothing_is_lost_but_signs(text: str) -> None:
    """No text raises, and the words come out whole and in order, less some of the signs of markup."""
    spans = parse(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    signs = re.compile(r"[*_\\>\[\]() ]|https://a\.b")
    words = signs.sub("", lines)
    assert signs.sub("", "".join(span.text for span in spans)) == words
    rest = iter(lines)
    assert all(letter in rest for span in spans for letter in span.text)


@given(st.one_of(SEEN, SIGNS))
def test_spans_are_in_their_shortest_form(text: str) -> None:
    """No span is empty, and no two neighbours share a style."""
    spans = parse(text)
    styles = [(span.bold, span.italic, span.quote, span.link) for span in spans]
    assert all(span.text for span in spans)
    assert all(one != other for one, other in pairwise(styles))


@given(
    st.text(st.sampled_from("a 字，：。「」*"), max_size=12).filter(
        lambda text: "*" not in text and text.strip() == text != ""
    )
)
def test_bold_holds_for_any_words_between_chinese(words: str) -> None:
    """Between two characters of Chinese, two stars on each side of any words make them bold."""
    assert parse(f"前**{words}**後") == (Span(text="前"), Span(text=words, bold=True), Span(text="後"))


@pytest.mark.parametrize("character", "\u202e\u200b\u200d\u2066\ufeff\u00ad\u200f\U000e0041")
def test_hidden_characters_are_refused_with_their_position(character: str) -> None:
    """The error names the character, its line and its column."""
    with pytest.raises(MarkupError, match=f"U\\+{ord(character):04X}.* in line 2, column 3"):
        parse(f"fine\nab{character}c")


def test_a_flood_of_hidden_characters_is_refused_quickly() -> None:
    """The first ten are named; an announcement of nothing else takes no time."""
    begun = time.thread_time()
    with pytest.raises(MarkupError) as caught:
        parse("\u202e" * 250_000)
    assert time.thread_time() - begun < 0.1
    assert caught.value.found[9:] == (Hidden("U+202E RIGHT-TO-LEFT OVERRIDE", 1, 10),)


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "*",
        "*a_",
        "[a](",
        "`a``",
        "<a ",
        "\\",
        "![",
        "a**b",
        "> ",
        "> *\n",
        "**_",
        "*x ",
        "x* ",
        "```\n",
        "(",
        "_：",
    ],
)
def test_no_text_takes_long_to_read(unit: str) -> None:
    """Twenty thousand of any sign take a fraction of what a rule that looks back each time would."""
    begun = time.thread_time()
    parse(unit * 20_000)
    assert time.thread_time() - begun < 2
