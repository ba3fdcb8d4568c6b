"""In which of the languages a text may be, by its characters alone."""

import pytest

from bot.chat.moderating.script import written_in

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
ALL_CHINESE = ("zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("We stand together.", ("en",)),
        ("Nous sommes là", ("en",)),
        ("我们今晚站在一起，说出来。", ("zh-Hans",)),
        ("我們今晚站在一起，說出來。", ("zh-Hant",)),
        ("今晚八点，我們一起說", ALL_CHINESE),
        ("一人一心", ALL_CHINESE),
        ("今晚在大三元", ALL_CHINESE),
        ("我们在這裡說話", ALL_CHINESE),
        ("讀", ALL_CHINESE),
        ("Zoom 會議今晚開始，請準時來", ("zh-Hant",)),
        ("Read “人權” by Li, a long essay about rights, in English", ("en",)),
        ("", ()),
        ("12 · 34 · 🎉", ()),
        ("https://example.org/读读读", ("en",)),
    ],
)
def test_the_script_is_told_where_it_is_plain(text: str, languages: tuple[str, ...]) -> None:
    """Two characters that only one script has decide; mixed ones, or none, leave both possible."""
    assert written_in(text, LANGUAGES) == languages


def test_only_languages_that_are_offered_are_named() -> None:
    """Where the bot speaks no Traditional Chinese, a text in it is in no language that it knows."""
    assert written_in("我們說話", ("en", "zh-Hans")) == ()
    assert written_in("We", ("zh-Hans", "zh-Hant")) == ()
