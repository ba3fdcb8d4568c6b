"""How requests reach the Bot API: aiohttp beneath python-telegram-bot, and no failure that shows the token.

aiohttp's own exceptions quote the URL, and with it the token. They are therefore not chained but replaced: what
``__cause__`` would tell, whether the request left this machine at all, is told by the type instead.
"""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
"""How long a connection may take to come about."""
_NEVER_SENT = (
    aiohttp.ClientConnectorError,  # refused, no such host, TLS, the proxy is away
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,  # the proxy did not open the tunnel
    aiohttp.ServerFingerprintMismatch,
    ProxyConnectionError,
    ProxyError,
    ProxyTimeoutError,
)
_JSON = {"Content-Type": "application/json"}
_QUIET = ("User-Agent", "Accept", "Accept-Encoding")


class Unsent(NetworkError):
    """No connection came about: the request did not leave, and may be sent again."""

    __slots__ = ()


class Limited(TelegramError):
    """Telegram asks for silence (429).

    PTB's RetryAfter would do, but warns of its own future at each use.
    """

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many requests")
        self.seconds = seconds


class Wire(BaseRequest):
    """A pool of connections to one Bot API server, directly or through one proxy; opened by the first request.

    aiohttp was chosen for its cost: a send takes some 0.1 to 0.2 CPU-ms over it, 2 over PTB's own transport, whose
    pool also slows down with the number in flight; a Rust client gained little more. It speaks SOCKS with names
    resolved at the proxy. Redirects are not followed, and the environment's proxies not used.
    """

    __slots__ = ("_closed", "_patience", "_proxy", "_secret", "_session", "_timeouts")

    def __init__(self, *, secret: str, proxy: str | None, patience: float) -> None:
        self._secret = secret
        self._proxy = proxy
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    @property
    def read_timeout(self) -> float:
        """Seconds of silence after which a reply counts as lost."""
        return self._patience

    async def initialize(self) -> None:
        """Open the pool."""
        self._closed = False
        self._open()

    async def shutdown(self) -> None:
        """Close every connection; later requests are Unsent."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The reply to a call that was granted. NetworkError where it is none of a Bot API server."""
        reply = _read(payload)
        if "result" not in reply:
            raise NetworkError("The reply is none of a Bot API server")
        return reply

    async def do_request(  # noqa: PLR0917 - PTB's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - a whole upload is timed by its silence
        connect_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one for all: CONNECT_SECONDS
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the pool has no bound
    ) -> tuple[int, bytes]:
        """One request and its reply.

        Raises Unsent where it did not leave, TimedOut or NetworkError where it may have arrived, and PTB's error for
        whatever a Bot API server refuses.
        """
        patience = read_timeout if isinstance(read_timeout, int | float) else self._patience
        data: bytes | aiohttp.FormData | None = None
        if request_data is not None:
            plain = not request_data.contains_files
            data = json.dumps(request_data.parameters).encode() if plain else _form(request_data)
        return await self._attempt(url, method, data, patience)

    async def ask(self, url: str, body: bytes) -> Any:
        """One call by its parameters as JSON, and its plain result. Raises as ``do_request`` does."""
        _, payload = await self._attempt(url, "POST", body, self._patience)
        return self.parse_json_payload(payload)["result"]

    async def _attempt(
        self, url: str, method: str, data: bytes | aiohttp.FormData | None, patience: float
    ) -> tuple[int, bytes]:
        try:
            status, payload = await self._exchange(url, method, data, patience)
        except _NEVER_SENT as error:
            failure: TelegramError = Unsent(type(error).__name__)
        except TimeoutError:
            failure = TimedOut()
        except (aiohttp.ClientError, OSError) as error:
            failure = NetworkError(type(error).__name__)
        else:
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                return status, payload
            failure = self._refusal(status, payload)
        # Raised out here, so that aiohttp's exception is not even its context.
        raise failure

    async def _exchange(
        self, url: str, method: str, data: bytes | aiohttp.FormData | None, patience: float
    ) -> tuple[int, bytes]:
        headers = _JSON if isinstance(data, bytes) else None
        timeout = self._timeouts.get(patience)
        if timeout is None:
            timeout = self._timeouts[patience] = aiohttp.ClientTimeout(
                total=None, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=patience
            )
        async with self._open().request(
            method, url, data=data, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return response.status, await response.read()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            if self._closed:
                raise Unsent("Closed")
            connector, proxy = _way(self._proxy)
            self._session = aiohttp.ClientSession(
                connector=connector,
                proxy=proxy,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_QUIET,
                trust_env=False,
            )
        return self._session

    def _refusal(self, status: int, payload: bytes) -> TelegramError:
        """The error behind a refused call. A page of some gateway is a NetworkError, whatever its status."""
        reply = _read(payload)
        if reply.get("ok") is not False:
            return NetworkError(f"HTTP {status}")
        parameters = reply.get("parameters") or {}
        if migrated := parameters.get("migrate_to_chat_id"):
            return ChatMigrated(migrated)
        if (seconds := parameters.get("retry_after")) is not None or status == HTTPStatus.TOO_MANY_REQUESTS:
            return Limited(float(seconds or 1))
        words = str(reply.get("description") or f"HTTP {status}").replace(self._secret, "…")
        return _KINDS.get(status, NetworkError)(words)


_KINDS: dict[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
    413: BadRequest,
}


def _read(payload: bytes) -> dict[str, Any]:
    """The JSON object of a reply; an empty one where it is none."""
    try:
        reply = json.loads(payload)
    except ValueError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _form(request_data: RequestData) -> aiohttp.FormData:
    """Parameters and files as multipart/form-data."""
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _way(proxy: str | None) -> tuple[aiohttp.BaseConnector, str | None]:
    """The connector, and the proxy that it is to be asked for by each request.

    Names are resolved at the proxy: a SOCKS proxy is handed the name (rdns), an HTTP proxy the URL or a CONNECT.
    """
    if proxy is None or urlsplit(proxy).scheme == "http":
        return aiohttp.TCPConnector(limit=0), proxy
    return ProxyConnector.from_url(proxy.replace("socks5h://", "socks5://", 1), rdns=True, limit=0), None
