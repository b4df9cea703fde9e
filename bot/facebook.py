"""Facebook's Graph API: withdrawing what a person granted our app."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import aiohttp


@dataclass(frozen=True)
class GraphApi:
    """`DELETE /{user-id}/permissions` with the app's own token.

    Attributes:
        url: the Graph API with its version.
        app_id: empty when no app is configured; nothing is called then.
    """

    url: str
    app_id: str
    app_secret: str

    async def revoke(self, facebook_user: str) -> bool:
        """See ports.FacebookGraph."""
        if not self.app_id or not self.app_secret:
            return False
        token = f"{self.app_id}|{self.app_secret}"
        proof = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        timeout = aiohttp.ClientTimeout(total=20)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.delete(
                f"{self.url}/{facebook_user}/permissions",
                headers={"Authorization": f"Bearer {token}"},
                params={"appsecret_proof": proof},
            ) as response,
        ):
            if response.status in (400, 404):
                return await _already_gone(response)
            response.raise_for_status()
            return True


async def _already_gone(response: aiohttp.ClientResponse) -> bool:
    """Error 100 is an unknown object: a person who removed the app needs no withdrawing."""
    body = await response.json(content_type=None)
    code = body.get("error", {}).get("code") if isinstance(body, dict) else None
    if code == 100:
        return True
    raise OSError(f"the Graph API answered {response.status}")
