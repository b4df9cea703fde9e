"""The policies as pages, every version that is in the corpus."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.domain.errors import NotFound
from bot.policy.corpus import in_force, load_corpus
from bot.policy.document import PolicyDocument


class Policies:
    """Finds the policy a link speaks of.

    Args:
        corpus_dir: the corpus.
        default: id of the policy that `/policy` shows.
    """

    def __init__(self, corpus_dir: Path, default: str) -> None:
        self._versions = load_corpus(corpus_dir)
        self._default = default

    def find(self, policy_id: str | None, version: str | None, today: date) -> tuple[PolicyDocument, PolicyDocument]:
        """The wanted document, and the one in force now.

        Args:
            policy_id: None for the default policy.
            version: an effective date, the beginning (8 characters or more) of a version hash, or None.
            today: decides which version is in force.

        Raises:
            NotFound: there is no such policy or version.
        """
        versions = self._versions.get(policy_id or self._default)
        if versions is None:
            raise NotFound("no such policy")
        current = in_force(versions, today)
        if version is None:
            return current, current
        for document in versions:
            by_hash = len(version) >= 8 and document.ref.version.startswith(version)
            if by_hash or document.ref.effective.isoformat() == version:
                return document, current
        raise NotFound("no such version")
