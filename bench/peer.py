"""``python -m bench.peer URL SCRIPT``: a plain python-telegram-bot application that gives the same answers.

Written as its users write it: ``run_polling``, handlers, the default transport, ``concurrent_updates(True)`` (256 at
once). It stores nothing. Messages are built once: better than most do it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from tests.wires.program import TOKEN


def load(file: Path) -> dict[str, dict[str, Any]]:
    """Each part's answer, as the methods take it."""
    answers = {}
    for number, body in enumerate(json.loads(file.read_text(encoding="utf-8")), 1):
        answers[str(number)] = {
            "text": body["text"],
            "entities": MessageEntity.de_list(body.get("entities", ()), None),
            "reply_markup": InlineKeyboardMarkup.de_json(body["reply_markup"], None),
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
        }
    return answers


def main(url: str, script: Path) -> None:
    """Poll until SIGTERM."""
    answers = load(script)

    async def read(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and context.args:
            await update.message.reply_text(**answers[context.args[0]])

    async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query and query.data:
            await query.answer()
            await query.edit_message_text(**answers[query.data.removeprefix("read ")])

    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(True).build()
    application.add_handler(CommandHandler("read", read))
    application.add_handler(CallbackQueryHandler(press, pattern="^read "))
    application.run_polling()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
