"""What can go wrong with a policy or its index.

PolicyError
├── CorpusError          a policy file cannot be read
├── CuratedError         a curated answer does not stand on the policy
├── NotVerbatim          a quote is not in the policy
└── IndexUnavailable     the search index is missing, stale or broken
"""

from __future__ import annotations

from bot.domain.errors import PrivacyDeskError


class PolicyError(PrivacyDeskError):
    """Base of everything that bot.policy raises on purpose."""


class CorpusError(PolicyError):
    """A policy file cannot be read; the message names the file and the reason."""


class CuratedError(PolicyError):
    """A curated answer is malformed or stands on words that no policy contains."""


class NotVerbatim(PolicyError):
    """A quote is not in the policy text, character for character."""


class IndexUnavailable(PolicyError):
    """The search index is missing, stale or broken; `make train` makes it anew."""
