"""A post as those who get it will see it: previews, tests and deliveries are made here and nowhere else."""

from bot.catalogue.catalogue import MARK, RESERVE
from bot.catalogue.paging import Piece, Room, cut_pages, mark_runs
from bot.chat.guide import Guide
from bot.model.message import Choice, Message, Span
from bot.model.people import Chat, ChatKind
from bot.model.post import Post

_BODY = "post"


def render(guide: Guide, post: Post, chat: Chat) -> tuple[Message, ...]:
    """The messages that this chat gets, in order, in its language or by the fallback. Never none.

    A discreet chat gets a neutral line and a button that opens the text. Raises LookupError where the post has no
    text at all.
    """
    language = chat.language or guide.default_language
    rows = _rows(guide, chat, language)
    if chat.discreet:
        opens = Choice(label=guide.phrases.say(language, "button-open"), command=f"start update-{post.number}")
        return (_message(guide.phrases.spans(language, "post-discreet"), ((opens,), *rows)),)
    size = guide.networks[chat.address.platform].size
    found, wording = guide.catalogue.choose(post.texts, language)
    piece = Piece(passage=_BODY, language=found, foreign=found != language, spans=wording)
    pages = cut_pages(mark_runs([piece]), Room(size, RESERVE, MARK))
    messages = []
    for number, page in enumerate(pages, 1):
        place = f" · {number}/{len(pages)}" if len(pages) > 1 else ""
        spans = [Span(text=f"#{post.number}{place}", bold=True)]
        if post.urgent:
            spans.append(Span(text=f" · {guide.phrases.say(language, 'post-urgent')}", bold=True))
        if page[0].run_starts and number == 1:
            named = guide.phrases.say(language, f"language-{found}")
            spans.append(Span(text=f"\n{guide.phrases.say(language, 'in-language', language=named)}", italic=True))
        spans.append(Span(text="\n\n"))
        spans.extend(span for one in page for span in one.spans)
        messages.append(_message(tuple(spans), rows if number == len(pages) else ()))
    return tuple(messages)


def withdrawn(guide: Guide, post: Post, chat: Chat) -> Message:
    """What stands in place of a post that was taken back and could not be deleted."""
    language = chat.language or guide.default_language
    return _message(guide.phrases.spans(language, "post-withdrawn", number=str(post.number)), ())


def _rows(guide: Guide, chat: Chat, language: str) -> tuple[tuple[Choice, ...], ...]:
    """A private chat can stop updates with one tap; what a group's members press there would be the group's."""
    if chat.kind is not ChatKind.PRIVATE:
        return ()
    return ((Choice(label=guide.phrases.say(language, "button-stop"), command="unsubscribe"),),)


def _message(spans: tuple[Span, ...], rows: tuple[tuple[Choice, ...], ...]) -> Message:
    return Message(spans=spans, choices=rows)
