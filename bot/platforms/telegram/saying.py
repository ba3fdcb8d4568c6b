"""A new message, said: in a topic where it is to be in one, and where that is shut, in the general one."""

from collections.abc import Mapping
from typing import Any

from telegram.error import BadRequest

from bot.model.delivery import Sent
from bot.model.people import Address
from bot.platforms.telegram.line import Line
from bot.platforms.telegram.references import refer
from bot.platforms.telegram.verdicts import is_topic_shut


async def say(line: Line, address: Address, body: Mapping[str, Any]) -> Sent:
    """Send it. Raises PTB's errors; a topic's own trouble only where the general one has it too."""
    parameters = {"chat_id": int(address.native), **body}
    if address.topic is not None:
        try:
            said = await line.call("sendMessage", {**parameters, "message_thread_id": int(address.topic)})
        except BadRequest as error:
            if not is_topic_shut(error):
                raise
        else:
            return Sent(refer(address.native, said["message_id"]))
    said = await line.call("sendMessage", parameters)
    return Sent(refer(address.native, said["message_id"]))
