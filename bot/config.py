"""Every setting of a deployment, read from the environment once and checked at start.

A variable is the upper-case name of a field, for example `DATABASE_URL`. `.env.example` lists them all; a test keeps
the two lists equal.
"""

from __future__ import annotations

import base64
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlparse
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BaseSettings, Field, SecretStr, ValidationError, root_validator, validator
from pydantic.env_settings import SettingsError

from bot.domain.deadlines import Regime
from bot.domain.errors import ConfigurationError
from bot.domain.identity import normalise_email

DEVELOPMENT_SECRET = "development-only-secret-do-not-deploy"  # noqa: S105 - refused in production
MIN_SECRET = 32
WEBHOOK_SECRET = "whsec_"  # noqa: S105 - how one begins


class PartnerWebhook(BaseModel):
    """One partner that is told when a person is erased or opts out of sharing."""

    name: str = Field(..., regex=r"^[a-z0-9-]{1,40}$")
    url: str = Field(..., regex=r"^https?://[^/\s]+")
    secret: SecretStr

    @validator("secret")
    def _key(cls, value: SecretStr) -> SecretStr:
        words = value.get_secret_value()
        try:
            key = base64.b64decode(words[len(WEBHOOK_SECRET) :], validate=True)
        except ValueError:
            key = b""
        if not words.startswith(WEBHOOK_SECRET) or not 24 <= len(key) <= 64:
            raise ValueError("must be whsec_ and the base64 of 24 to 64 random bytes")
        return value


class Config(BaseSettings):
    """A deployment."""

    environment: Literal["development", "production"] = Field("development", env="ENVIRONMENT")
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    database_url: str = "sqlite:///var/desk.db"
    redis_url: str = ""

    web_host: str = "127.0.0.1"
    web_port: int = Field(8080, ge=1, le=65535)
    public_url: str = ""
    allowed_origins: str = ""
    trusted_proxies: int = Field(0, ge=0, le=5)
    metrics_token: SecretStr = SecretStr("")
    rasa_url: str = "http://127.0.0.1:5005"
    bot_timeout: float = Field(20.0, gt=0)

    host_jwt_secret: SecretStr = SecretStr("")
    host_jwt_issuer: str = ""

    site_api_url: str = ""
    site_api_secret: SecretStr = SecretStr("")
    site_api_timeout: float = Field(5.0, gt=0, le=60)
    site_api_ca: str = ""

    company: str = "Outsource.com"
    support_email: str = "support@outsource.com"
    support_phone: str = "(800) 609-2135"
    policy: str = "outsource"
    corpus_dir: Path = Path("policy_corpus")
    models_dir: Path = Path("models")
    cases_file: Path = Path("var/evaluation/cases.jsonl")

    mail_from: str = "Outsource.com Privacy Assistant <privacy@outsource.com>"
    maildir: Path = Path("var/mail")
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"

    mail_address: str = ""
    mail_reply_domain: str = ""
    mail_reply_style: Literal["plus", "token"] = "plus"
    mail_authserv_id: str = ""
    mail_max_bytes: int = Field(10 * 1024 * 1024, ge=64 * 1024)
    mail_listen_host: str = "127.0.0.1"
    mail_listen_port: int = Field(8025, ge=0, le=65535)
    mail_listen_protocol: Literal["smtp", "lmtp"] = "smtp"
    mail_tls_cert: str = ""
    mail_tls_key: str = ""
    imap_host: str = ""
    imap_port: int = Field(993, ge=1, le=65535)
    imap_tls: Literal["tls", "none"] = "tls"
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = "INBOX"
    imap_poll: float = Field(60.0, gt=0)

    privacy_regime: Literal["gdpr", "ccpa", "house"] = "house"
    time_zone: str = "America/Los_Angeles"
    holidays_country: str = "US"
    holidays_subdivision: str = ""
    deletion_grace_days: int = Field(7, ge=0, le=30)
    deletion_approvals: int = Field(0, ge=0, le=2)
    email_change_block_days: int = Field(7, ge=0, le=90)
    verify_within_days: int = Field(7, ge=1, le=30)
    export_link_days: int = Field(3, ge=1, le=14)
    conversation_kept_days: int = Field(365, ge=30)
    mail_kept_days: int = Field(30, ge=2)
    held_mail_kept_days: int = Field(90, ge=2)

    facebook_app_id: str = ""
    facebook_app_secret: SecretStr = SecretStr("")
    facebook_graph_url: str = "https://graph.facebook.com/v21.0"

    partner_webhooks: list[PartnerWebhook] = []
    rasa_endpoints: Path = Path("endpoints.yml")

    class Config:
        """Pydantic's own switches."""

        allow_mutation = False

    @validator("public_url", always=True)
    def _public_url(cls, value: str, values: dict[str, object]) -> str:
        return value.rstrip("/") or f"http://{values.get('web_host')}:{values.get('web_port')}"

    @validator("partner_webhooks")
    def _partners(cls, value: list[PartnerWebhook]) -> list[PartnerWebhook]:
        if len({partner.name for partner in value}) < len(value):
            raise ValueError("two partners have the same name")
        return value

    @validator("time_zone")
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is not in the tz database; a name looks like Europe/Berlin") from None
        return value

    @root_validator(skip_on_failure=True)
    def _site_api(cls, values: dict[str, object]) -> dict[str, object]:
        url, secret = urlparse(str(values["site_api_url"])), values["site_api_secret"]
        assert isinstance(secret, SecretStr)
        if not values["site_api_url"]:
            return values
        here = url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost", "::1")
        if not url.hostname or not (url.scheme == "https" or (here and values["environment"] != "production")):
            raise ValueError("SITE_API_URL must be an https address; http only on this machine, in development")
        if url.username or url.query or url.fragment:
            raise ValueError("SITE_API_URL must be an address without user, query and fragment")
        if len(secret.get_secret_value()) < MIN_SECRET:
            raise ValueError(f"SITE_API_SECRET must have {MIN_SECRET} characters or more")
        return values

    @root_validator(skip_on_failure=True)
    def _fit_for_production(cls, values: dict[str, object]) -> dict[str, object]:
        if values["environment"] != "production":
            return values
        secret = values["secret_key"]
        assert isinstance(secret, SecretStr)
        if secret.get_secret_value() == DEVELOPMENT_SECRET or len(secret.get_secret_value()) < MIN_SECRET:
            raise ValueError(f"SECRET_KEY must be a secret of your own, {MIN_SECRET} characters or more, in production")
        if not str(values["public_url"]).startswith("https://"):
            raise ValueError("PUBLIC_URL must be the https address people use, in production")
        if any(not partner.url.startswith("https://") for partner in values["partner_webhooks"]):  # type: ignore[attr-defined]
            raise ValueError("PARTNER_WEBHOOKS must be https addresses, in production")
        if values["host_jwt_issuer"] and len(values["host_jwt_secret"].get_secret_value()) < MIN_SECRET:  # type: ignore[attr-defined]
            raise ValueError(f"HOST_JWT_SECRET must have {MIN_SECRET} characters or more")
        return values

    @property
    def production(self) -> bool:
        """Whether strangers can reach this deployment."""
        return self.environment == "production"

    @property
    def regime(self) -> Regime:
        """The rule for every request but an opt-out, which in California has its own."""
        return Regime(self.privacy_regime)

    @property
    def desk_address(self) -> str:
        """The address people write to, normalised."""
        return normalise_email(self.mail_address or parseaddr(self.mail_from)[1])

    @property
    def reply_domain(self) -> str:
        """The domain of our reply addresses."""
        return (self.mail_reply_domain or self.desk_address.partition("@")[2]).lower()

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins of pages that may embed the widget; our own is always one of them."""
        named = [origin.strip().rstrip("/") for origin in self.allowed_origins.split(",") if origin.strip()]
        return (self.public_url, *named)


def load() -> Config:
    """The configuration of this process.

    Raises:
        ConfigurationError: a variable is missing, malformed or unsafe; the message names it.
    """
    try:
        return Config()  # type: ignore[call-arg]  # every field has a default; mypy does not see those inside Field()
    except SettingsError as error:
        raise ConfigurationError(f"Configuration refused. {error}: this has to be JSON.") from None
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise ConfigurationError("Configuration refused. " + "; ".join(lines).replace("__root__: ", "")) from None
