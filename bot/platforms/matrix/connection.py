"""The way to the homeserver: nio's client with requests of our own, each answered, refused by code, or unanswered.

Nothing that the server says in words leaves here, since its words hold ids and keys.
"""

import json
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnector, ProxyError
from nio import Api, AsyncClient, ErrorResponse
from nio.responses import SyncResponse

from bot.platforms.matrix.sieve import read_sync
from bot.platforms.matrix.verdicts import Unanswered, read_refusal

REQUEST_SECONDS = 60.0
SYNC_FILTER: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"limit": 100},
        "state": {"lazy_load_members": False},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}
_PREFIX = "/_matrix/client/v3"
_TROUBLE = (aiohttp.ClientError, TimeoutError, OSError, ProxyError)


class Connection(AsyncClient):  # type: ignore[misc]  # nio is not typed to the end
    """nio's client, speaking through the proxy if there is one."""

    client_session: Any
    olm: Any
    store: Any

    async def send(  # noqa: PLR0917 - nio's signature
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        trace_context: Any = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the parameter is nio's
    ) -> aiohttp.ClientResponse:
        """One request, through the proxy if there is one. Raises Unanswered where none came."""
        del trace_context
        if self.client_session is None:
            proxy = self.proxy.replace("socks5h:", "socks5:", 1) if self.proxy else None
            connector = ProxyConnector.from_url(proxy, rdns=True) if proxy else None  # names are the proxy's to look up
            self.client_session = aiohttp.ClientSession(connector=connector)
            # A broken GET or PUT would be asked a second time at once, beside our backoff.
            self.client_session._retry_connection = False  # noqa: SLF001 - no public switch
        total = aiohttp.ClientTimeout(total=REQUEST_SECONDS if timeout is None else timeout or None)
        try:
            session: aiohttp.ClientSession = self.client_session
            return await session.request(method, self.homeserver + path, data=data, headers=headers, timeout=total)
        except _TROUBLE:
            raise Unanswered from None  # its words hold the address and what was asked

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Ask one of Matrix's endpoints, ``path`` beginning after ``/v3``; its answer. Raises Unanswered, Declined."""
        headers = {"Content-Type": "application/json"}
        if self.access_token and path != "/login":
            headers["Authorization"] = f"Bearer {self.access_token}"
        data = None if method == "GET" else json.dumps(body or {})
        response = await self.send(method, _PREFIX + path, data, headers)
        async with response:
            answer = await self._read(response)
            if response.status != HTTPStatus.OK:
                raise read_refusal(response.status, answer)
            if not isinstance(answer, dict):
                raise Unanswered
            return answer

    async def pull(self, since: str | None, *, full_state: bool, wait_seconds: int) -> SyncResponse:
        """One sync, taken in and committed. Raises Unanswered, Declined, or what the vault raises."""
        wait = 0 if full_state else wait_seconds
        path = Api.sync(
            self.access_token, since or self.next_batch or None, wait * 1000 or None, SYNC_FILTER, full_state
        )[1]
        patience = REQUEST_SECONDS + wait
        response = await self._send(SyncResponse, "GET", path, timeout=patience)
        if isinstance(response, ErrorResponse):
            transport = response.transport_response
            status = transport.status if transport is not None else 0
            raise read_refusal(status, {"errcode": response.status_code, "retry_after_ms": response.retry_after_ms})
        return response

    @staticmethod
    async def _read(response: aiohttp.ClientResponse) -> Any:
        try:
            return await response.json(content_type=None)
        except ValueError:
            return None
        except _TROUBLE:
            raise Unanswered from None

    async def parse_body(self, transport_response: aiohttp.ClientResponse) -> dict[Any, Any]:
        """The answer's JSON; empty where it is none."""
        answer = await self._read(transport_response)
        return answer if isinstance(answer, dict) else {}

    async def create_matrix_response(
        self, response_class: type, transport_response: aiohttp.ClientResponse, data: Any = None, save_to: Any = None
    ) -> Any:
        """As nio does it, but for syncs: one event that nio cannot read is left out, instead of all."""
        if response_class is not SyncResponse or transport_response.status != HTTPStatus.OK:
            return await super().create_matrix_response(response_class, transport_response, data, save_to)
        body = await self.parse_body(transport_response)
        response = read_sync(body)
        response.transport_response = transport_response
        return response
