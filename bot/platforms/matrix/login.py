"""Becoming one device of the account, and staying it: its id is chosen and kept before the first login."""

import secrets
import string
from collections.abc import Callable
from http import HTTPStatus

from bot.errors import CredentialRefused
from bot.platforms.matrix.client import Client
from bot.platforms.matrix.options import MatrixOptions
from bot.platforms.matrix.vault import Vault
from bot.platforms.matrix.verdicts import Declined

_DEVICE_ID_LENGTH = 10
_LOGIN_REFUSED = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
)


def choose_device(vault: Vault, options: MatrixOptions) -> str:
    """The device's id, the same for ever. Raises CredentialRefused where the vault belongs to another account."""
    owner = vault.recall("user_id")
    if owner is not None and owner != options.user_id:
        raise CredentialRefused(
            "matrix.db belongs to another account than matrix.user_id names. "
            "Correct user_id, or move matrix.db away to begin as a new device."
        )
    device = vault.recall("device_id")
    if device is None:
        device = "".join(secrets.choice(string.ascii_uppercase) for _ in range(_DEVICE_ID_LENGTH))
        with vault.transaction():
            vault.remember("user_id", options.user_id)
            vault.remember("device_id", device)
    return str(device)


async def log_in(client: Client, vault: Vault, options: MatrixOptions, reveal: Callable[[], str]) -> None:
    """Get an access token for the device, and keep it. It is never given back: that would end the device's keys.

    Raises CredentialRefused, Unanswered, or Declined where the homeserver limits.
    """
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": options.user_id},
        "password": reveal(),
        "device_id": client.device_id,
        "initial_device_display_name": options.device_name,
    }
    try:
        answer = await client.call("POST", "/login", body)
    except Declined as refusal:
        if refusal.limited or refusal.status not in _LOGIN_REFUSED:
            raise
        raise CredentialRefused(
            "The homeserver refused matrix.user_id with this password. "
            "Correct user_id, password or homeserver in the configuration and start again."
        ) from None
    token = answer.get("access_token")
    if answer.get("user_id") != options.user_id or answer.get("device_id") != client.device_id:
        raise CredentialRefused(
            "The homeserver logged another user in than matrix.user_id names. "
            "Write user_id as the homeserver does, in full and in small letters."
        )
    vault.remember("access_token", str(token))
    client.access_token = str(token)
