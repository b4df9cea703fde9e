"""What can go wrong with an encoder."""

from __future__ import annotations

from bot.domain.errors import PrivacyDeskError


class EncoderUnavailable(PrivacyDeskError):
    """The exported encoder is missing or broken; `make train` makes it anew."""
