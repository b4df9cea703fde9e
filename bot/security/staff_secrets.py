"""Second factors of staff: sealed TOTP secrets, recovery codes, and the hashes cookies are stored under."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet

from bot.security.keys import derive
from bot.security.randomness import CROCKFORD

STEP = 30
"""Seconds (RFC 6238)."""
_DRIFT = 1
_RECOVERY_PART = 5


class SealedSecrets:
    """TOTP secrets are encrypted at rest; a copy of the database is no second factor.

    Args:
        secret: SECRET_KEY.
        issuer: what an authenticator shows above the code.
    """

    def __init__(self, secret: str, issuer: str) -> None:
        self._box = Fernet(base64.urlsafe_b64encode(derive(secret, "totp secrets")))
        self._hashes = derive(secret, "staff cookies and recovery codes")
        self._issuer = issuer

    def new_totp(self) -> str:
        """160 random bits, sealed."""
        return self._box.encrypt(pyotp.random_base32().encode()).decode()

    def totp_key(self, sealed: str) -> str:
        """The secret in base 32."""
        return self._box.decrypt(sealed.encode()).decode()

    def totp_uri(self, sealed: str, email: str) -> str:
        """The `otpauth://` address an authenticator reads."""
        return pyotp.TOTP(self.totp_key(sealed)).provisioning_uri(name=email, issuer_name=self._issuer)

    def totp_step(self, sealed: str, code: str, now: datetime) -> int | None:
        """The step whose code this is; a clock may be one step off (RFC 6238 §5.2)."""
        totp, current = pyotp.TOTP(self.totp_key(sealed)), int(now.timestamp()) // STEP
        steps = range(current - _DRIFT, current + _DRIFT + 1)
        typed = "".join(code.split()).encode("utf-8", "surrogatepass")
        fitting = [step for step in steps if hmac.compare_digest(totp.at(step * STEP).encode(), typed)]
        return fitting[-1] if fitting else None

    def new_recovery_code(self) -> str:
        """`XXXXX-XXXXX`: 50 random bits."""
        return "-".join("".join(secrets.choice(CROCKFORD) for _ in range(_RECOVERY_PART)) for _ in range(2))

    def fingerprint(self, secret: str) -> str:
        """The keyed hash under which a cookie or a recovery code is stored."""
        return hmac.new(self._hashes, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
