"""Writing a post: its texts in each language, and how urgent it is. Every edit voids what was approved."""

from bot.broadcast import drafting
from bot.broadcast.decisions import Refusal
from bot.catalogue.markup import MarkupError, parse, refuse_hidden
from bot.chat.grammar import BACK_SIGN, NEXT_SIGN
from bot.chat.language import match
from bot.chat.moderating.desk import Desk, behead
from bot.chat.moderating.panel import UNKNOWN, show
from bot.chat.moderating.pieces import mark, rename_language
from bot.chat.moderating.script import written_in
from bot.chat.posting import render
from bot.chat.turn import Rows, reply
from bot.model.message import Choice
from bot.model.people import Chat
from bot.model.post import Post, PostState, Wording
from bot.model.speech import Reply

VOIDABLE = (PostState.SUBMITTED, PostState.APPROVED, PostState.COUNTDOWN, PostState.HELD)
"""Where an edit takes approvals away."""
LONGEST = 16_000
"""Characters of a text."""


def announce(desk: Desk, argument: str) -> Reply:
    """``announce TEXT``: a new post, in the moderator's language unless the text's script says otherwise."""
    if not argument.strip():
        return desk.correct("announce", "announce-how", example=desk.turn.typed("announce TEXT"))
    wording = read(desk, argument)
    if isinstance(wording, Reply):
        return wording
    possible = written_in(argument, desk.turn.guide.languages)
    own = desk.turn.language
    tag = own if not possible or own in possible else UNKNOWN
    post = drafting.write(desk.tx, desk.actor, {tag: wording}, now=desk.turn.now)
    if isinstance(post, Refusal):
        return desk.refuse("drafts", post)
    mark(desk, post.number, tag, argument)
    return show(desk, post, desk.turn.line("post-made", number=str(post.number)))


def text(desk: Desk, argument: str) -> Reply:
    """``text N LANG TEXT``: sets a text of a post."""
    post, rest = desk.find(argument)
    word, words = behead(rest)
    tag = match(word, desk.turn.guide.languages)
    if post is None or tag is None or not words.strip():
        return desk.correct("announce", "text-how", example=desk.turn.typed("text 7 zh-Hant TEXT"))
    wording = read(desk, words)
    if isinstance(wording, Reply):
        return wording
    done = drafting.set_text(desk.tx, desk.actor, post.number, tag, wording, now=desk.turn.now)
    if not isinstance(done, Refusal):
        mark(desk, post.number, tag, words)
    return edited(desk, post, done)


def tag(desk: Desk, argument: str) -> Reply:
    """``tag N LANG``: says in which language the text is that was asked about."""
    post, rest = desk.find(argument)
    chosen = match(rest.strip(), desk.turn.guide.languages)
    if post is None or chosen is None:
        return desk.correct("drafts", "no-such-post")
    if UNKNOWN not in post.texts:
        return show(desk, post)
    wording = post.texts[UNKNOWN]
    done = drafting.set_text(desk.tx, desk.actor, post.number, chosen, wording, now=desk.turn.now)
    if not isinstance(done, Refusal):
        rename_language(desk.tx, post.number, chosen)
        done = drafting.set_text(desk.tx, desk.actor, post.number, UNKNOWN, (), now=desk.turn.now)
    return edited(desk, post, done)


def urgent(desk: Desk, argument: str) -> Reply:
    """``urgent N on|off``."""
    post, rest = desk.find(argument)
    wanted = rest.strip().lower()
    if post is None or wanted not in {"on", "off"}:
        return desk.correct("drafts", "urgent-how", example=desk.turn.typed("urgent 7 on"))
    done = drafting.set_urgent(desk.tx, desk.actor, post.number, urgent=wanted == "on", now=desk.turn.now)
    return edited(desk, post, done)


def edited(desk: Desk, before: Post, done: Post | Refusal) -> Reply:
    """The panel after an edit, or why there was none."""
    if isinstance(done, Refusal):
        return desk.refuse(f"show {before.number}", done)
    voided = before.state in VOIDABLE and done.state is PostState.DRAFT
    return show(desk, done, desk.turn.line("post-voided" if voided else "saved"))


def preview(desk: Desk, argument: str) -> Reply:
    """``preview N [LANG]``: what recipients of that language will see, message by message."""
    post, rest = desk.find(argument)
    word, page = behead(rest)
    if post is None or not post.texts:
        return desk.correct("drafts", "no-such-post")
    if UNKNOWN in post.texts:
        return show(desk, post, desk.turn.line("answer-first"), refused=True)
    tag = match(word, desk.turn.guide.languages) or desk.turn.language
    seen = Chat(address=desk.turn.chat.address, language=tag)
    messages = render(desk.turn.guide, post, seen)
    number = min(max(1, int(page)) if page.isdecimal() and len(page) < 4 else 1, len(messages))
    rows: Rows = (
        _pages(desk, f"preview {post.number} {tag}", number, len(messages)),
        tuple(
            Choice(label=desk.turn.guide.phrases.say(other, "own-name"), command=f"preview {post.number} {other}")
            for other in desk.turn.guide.languages
        ),
        (desk.turn.button("post-panel", f"show {post.number}"),),
    )
    return reply(f"preview {post.number} {tag} {number}", messages[number - 1].spans, tuple(filter(None, rows)))


def _pages(desk: Desk, command: str, number: int, count: int) -> tuple[Choice, ...]:
    """The way to the page before and behind."""
    turn = desk.turn
    steps = ((number - 1, "back", BACK_SIGN), (number + 1, "next", NEXT_SIGN))
    return tuple(
        turn.button(name, f"{command} {page}", sign=sign, place=f"{page}/{count}")
        for page, name, sign in steps
        if 1 <= page <= count
    )


def test(desk: Desk, argument: str) -> Reply:
    """``test N``: exactly what recipients get, to oneself, the way that they get it."""
    post, _ = desk.find(argument)
    if post is None or not post.texts:
        return desk.correct("drafts", "no-such-post")
    if UNKNOWN in post.texts:
        return show(desk, post, desk.turn.line("answer-first"), refused=True)
    expires = int(desk.turn.now.timestamp()) + 3600
    desk.tx.letters.write(desk.moderator.number, "post", post=post.number, expires=expires)
    return show(desk, post, desk.turn.line("test-coming"))


def drafts(desk: Desk, _: str) -> Reply:
    """``drafts``: what is not finished."""
    turn = desk.turn
    open_posts = desk.tx.posts.among(PostState.DRAFT, PostState.SUBMITTED, PostState.REJECTED)
    if not open_posts:
        return desk.tell("drafts", "no-drafts", announce=turn.typed("announce TEXT"))
    rows: Rows = tuple(
        (Choice(label=f"#{one.number} · {turn.say(f'state-{one.state}')}", command=f"show {one.number}"),)
        for one in open_posts[-20:]
    )
    return reply("drafts", turn.line("drafts-title"), rows)


def read(desk: Desk, words: str, most: int = LONGEST) -> Wording | Reply:
    """The text as spans: as the app formatted it, else by its markup. A refusal names what is wrong, and where."""
    if len(words) > most:
        return desk.correct("drafts", "text-long", most=most)
    try:
        formatted = desk.turn.ask.formatted(words)
        if formatted is not None:
            refuse_hidden(words)
            return formatted
        return parse(words.strip())
    except MarkupError as error:
        return desk.correct("drafts", "text-hidden", found="; ".join(map(str, error.found)))
