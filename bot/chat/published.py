"""What has been published, for those who came later, or who get a neutral line instead of the text."""

from dataclasses import replace

from bot.chat.posting import render
from bot.chat.turn import Rows, Turn, reply
from bot.model.message import Choice
from bot.model.post import Post, PostState
from bot.model.speech import Reply

SHOWN = 3
"""So many of the latest are offered."""
EXCERPT = 32
"""Characters of a text that a button shows."""
OUT = (PostState.RUNNING, PostState.DONE)
"""Where everybody may read a post."""


def latest(turn: Turn) -> Rows:
    """A button for each of the latest posts, newest first."""
    return tuple((_button(turn, post),) for post in turn.tx.posts.latest(SHOWN))


def open_post(turn: Turn, number: str, page: str) -> Reply | None:
    """The post with that number in this chat's language, from that page on; None where nobody may read it."""
    post = turn.tx.posts.find(int(number)) if number.isdecimal() and len(number) <= 9 else None
    if post is None or post.state not in OUT:
        return None
    chat = replace(turn.chat, language=turn.language, discreet=False)
    messages = render(turn.guide, post, chat)
    at = min(max(1, int(page)), len(messages)) if page.isdecimal() and len(page) <= 3 else 1
    message = messages[at - 1]
    command = f"start update-{post.number}"
    following: Rows = ()
    if at < len(messages):
        place = f"{at + 1}/{len(messages)}"
        following = ((turn.button("next", f"{command}_page-{at + 1}", place=place),),)
    return reply(f"{command}_page-{at}" if at > 1 else command, message.spans, (*following, *message.choices))


def _button(turn: Turn, post: Post) -> Choice:
    _, wording = turn.guide.catalogue.choose(post.texts, turn.language)
    words = " ".join("".join(span.text for span in wording).split())
    shown = words if len(words) <= EXCERPT else f"{words[:EXCERPT].rstrip()}…"
    return Choice(label=f"#{post.number} · {shown}", command=f"start update-{post.number}")
