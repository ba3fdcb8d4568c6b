"""One person's line to the homeserver: plain requests of the client-server API."""

import asyncio
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

Json = dict[str, Any]


class Refused(Exception):
    """The homeserver said no; `status` and `errcode` tell how."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(f"{status} {answer}")
        self.status, self.answer = status, answer
        self.errcode = str(answer.get("errcode", ""))


class Line:
    """Requests as one user; what is limited is asked again when the homeserver says, like every client does."""

    def __init__(self, url: str, access_token: str = "") -> None:
        self.url = url
        self.access_token = access_token
        # A line is used in the loop that opens it; many persons share no pool.
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=90))

    async def ask(self, method: str, *path: str, body: Json | None = None, query: dict[str, str] | None = None) -> Json:
        """Ask `/_matrix/client/v3/` followed by `path`, each of its parts escaped; raise Refused on an error."""
        url = URL(self.url + "/_matrix/client/v3/" + "/".join(quote(part, safe="") for part in path), encoded=True)
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        payload = {} if body is None and method in {"POST", "PUT"} else body
        while True:
            async with self._session.request(
                method, url.update_query(query or {}), json=payload, headers=headers
            ) as response:
                answer: Json = await response.json()
            if response.status < 400:
                return answer
            if response.status != 429:
                raise Refused(response.status, answer)
            await asyncio.sleep(answer.get("retry_after_ms", 1000) / 1000)

    async def close(self) -> None:
        """Hang up; the session on the homeserver stays."""
        await self._session.close()
