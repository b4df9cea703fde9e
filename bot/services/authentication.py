"""Showing who one is, wherever the accounts live: the site is asked first, and no transaction waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Awaitable

from bot.domain.errors import AccountsAway, SiteUnavailable
from bot.domain.identity import Conversation, normalise_email
from bot.domain.site import Finding, SiteProfile, is_account_id
from bot.services.identity import MAX_PASSWORD, Identity
from bot.services.site import Site

_NO_PASSWORDS_NOW = (
    "I cannot check passwords at the moment, because the accounts do not answer. Nothing was changed. Please try again"
    " in a few minutes, or let me mail you a code instead."
)


@dataclass(frozen=True)
class Authentication:
    """The door of Identity that the channels use."""

    identity: Identity
    site: Site

    async def sign_in(self, conversation_id: str, email: str, password: str) -> Conversation:
        """Signs in with a password.

        Raises:
            SignInRefused: wrong, unknown or locked; never says which.
            AccountsAway: the site cannot be asked now; nothing was changed.
        """
        if not self.site.external:
            return await asyncio.to_thread(self.identity.sign_in, conversation_id, email, password)
        mailbox = normalise_email(email)
        try:
            profile = await self.site.check_sign_in(mailbox, password[:MAX_PASSWORD])
        except SiteUnavailable:
            raise AccountsAway(_NO_PASSWORDS_NOW) from None
        return await asyncio.to_thread(self.identity.admit, conversation_id, mailbox, profile)

    async def prove_code(self, conversation_id: str, digits: str) -> Conversation:
        """Takes a code typed back. While the site is away, a person we know is taken as we knew them.

        Raises:
            CodeRejected: wrong, expired, spent, or meant for another conversation.
            AccountsAway: the code is right and stays good, but the site cannot be asked now.
        """
        finding = None
        if self.site.external:
            mailbox = await asyncio.to_thread(self.identity.mailbox_asked, conversation_id)
            finding = await _find(self.site.profile_by_email(mailbox)) if mailbox else None
        return await asyncio.to_thread(self.identity.prove_code, conversation_id, digits, finding)

    async def vouch(self, conversation_id: str, account_id: str, token_id: str, expires_at: datetime) -> Conversation:
        """Takes the host page's word, given in a JWT that the gateway has verified.

        Raises:
            TokenReplayed: this JWT was used before.
            NotFound: it names an account that does not exist.
            AccountsAway: we never met this person, and the site cannot be asked now.
        """
        finding = None
        if self.site.external:
            named = is_account_id(account_id)
            finding = await _find(self.site.profile(account_id)) if named else Finding(None)
        return await asyncio.to_thread(self.identity.vouch, conversation_id, account_id, token_id, expires_at, finding)


async def _find(question: Awaitable[SiteProfile | None]) -> Finding:
    try:
        return Finding(await question)
    except SiteUnavailable:
        return Finding(None, reached=False)
