"""Writing a post: its texts in each language, and how urgent it is. Every edit voids what was approved."""

from bot.broadcast import drafting
from bot.broadcast.decisions import Refusal
from bot.catalogue.markup import MarkupError, parse, refuse_hidden
from bot.chat.language import match
from bot.chat.moderating.desk import Desk, behead
from bot.chat.moderating.panel import show
from bot.chat.moderating.script import written_in
from bot.chat.posting import render
from bot.chat.turn import Rows, lines, reply
from bot.model.message import Choice
from bot.model.people import Chat
from bot.model.post import Post, PostState, Wording
from bot.model.speech import Reply

UNKNOWN = "und"
"""The language of a text whose language was asked for: BCP 47's own word for it."""
VOIDABLE = (PostState.SUBMITTED, PostState.APPROVED, PostState.COUNTDOWN, PostState.HELD)
"""Where an edit takes approvals away."""
LONGEST = 16_000
"""Characters of a text."""


def announce(desk: Desk, argument: str) -> Reply:
    """``announce TEXT``: a new post, in the moderator's language unless the text's script says otherwise."""
    if not argument.strip():
        return desk.correct("announce", "announce-how", example=desk.turn.typed("announce TEXT"))
    wording = _read(desk, argument)
    if isinstance(wording, Reply):
        return wording
    possible = written_in(argument, desk.turn.guide.languages)
    own = desk.turn.language
    tag = own if not possible or own in possible else UNKNOWN
    post = drafting.write(desk.tx, desk.actor, {tag: wording}, now=desk.turn.now)
    if isinstance(post, Refusal):
        return desk.refuse("drafts", post)
    if tag == UNKNOWN:
        return _ask_language(desk, post, possible)
    return show(desk, post, desk.turn.line("post-made", number=str(post.number)))


def text(desk: Desk, argument: str) -> Reply:
    """``text N LANG TEXT``: sets a text of a post."""
    post, rest = desk.find(argument)
    word, words = behead(rest)
    tag = match(word, desk.turn.guide.languages)
    if post is None or tag is None or not words.strip():
        return desk.correct("announce", "text-how", example=desk.turn.typed("text 7 zh-Hant TEXT"))
    wording = _read(desk, words)
    if isinstance(wording, Reply):
        return wording
    return edited(desk, post, drafting.set_text(desk.tx, desk.actor, post.number, tag, wording, now=desk.turn.now))


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
    tag = match(word, desk.turn.guide.languages) or desk.turn.language
    seen = Chat(address=desk.turn.chat.address, language=tag)
    messages = render(desk.turn.guide, post, seen)
    number = min(int(page) if page.isdecimal() else 1, len(messages))
    following = number + 1 if number < len(messages) else None
    rows: Rows = (
        tuple(
            Choice(label=desk.turn.guide.phrases.say(other, "own-name"), command=f"preview {post.number} {other}")
            for other in desk.turn.guide.languages
        ),
        *(
            (
                (
                    desk.turn.button(
                        "next", f"preview {post.number} {tag} {following}", place=f"{following}/{len(messages)}"
                    ),
                ),
            )
            if following
            else ()
        ),
        (desk.turn.button("post-panel", f"show {post.number}"),),
    )
    return reply(f"preview {post.number} {tag} {number}", messages[number - 1].spans, rows)


def test(desk: Desk, argument: str) -> Reply:
    """``test N``: exactly what recipients get, to oneself, the way that they get it."""
    post, _ = desk.find(argument)
    if post is None or not post.texts:
        return desk.correct("drafts", "no-such-post")
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


def _read(desk: Desk, words: str) -> Wording | Reply:
    """The text as spans: as the app formatted it, else by its markup. A refusal names what is wrong, and where."""
    if len(words) > LONGEST:
        return desk.correct("drafts", "text-long", most=LONGEST)
    try:
        formatted = desk.turn.ask.formatted(words)
        if formatted is not None:
            refuse_hidden(words)
            return formatted
        return parse(words.strip())
    except MarkupError as error:
        return desk.correct("drafts", "text-hidden", found="; ".join(map(str, error.found)))


def _ask_language(desk: Desk, post: Post, possible: tuple[str, ...]) -> Reply:
    """Which language is it? Its text is kept meanwhile."""
    say = desk.turn.guide.phrases.say
    rows = tuple(
        (Choice(label=say(one, "own-name"), command=f"tag {post.number} {one}"),)
        for one in possible or desk.turn.guide.languages
    )
    spans = lines(desk.turn.line("post-made", number=str(post.number)), desk.turn.line("post-which-language"))
    return reply(f"show {post.number}", spans, rows)
