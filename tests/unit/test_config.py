"""The configuration of a deployment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, load
from bot.domain.deadlines import Regime
from bot.domain.errors import ConfigurationError

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 40,
    "PUBLIC_URL": "https://privacy.example.com/",
}


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_every_variable_is_in_the_example_file() -> None:
    lines = Path(".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert named == {name.upper() for name in Config.__fields__}


def test_a_safe_production_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, SAFE)
    config = load()
    assert config.production
    assert config.origins == ("https://privacy.example.com",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "development-only-secret-do-not-deploy"),
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "http://privacy.example.com"),
        ("PUBLIC_URL", ""),
        ("WEB_PORT", "99999"),
        ("SMTP_TLS", "perhaps"),
        ("PRIVACY_REGIME", "ccpa_opt_out"),
        ("TIME_ZONE", ""),
        ("TIME_ZONE", "America"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "/etc/passwd"),
    ],
)
def test_an_unsafe_or_malformed_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    set_all(monkeypatch, {**SAFE, name: value})
    with pytest.raises(ConfigurationError) as refusal:
        load()
    assert name in str(refusal.value).upper()
    assert "k" * 40 not in str(refusal.value)


def test_a_machine_without_time_zones_has_ours() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from bot.config import load; print(load().time_zone)"],
        env={**os.environ, "PYTHONTZPATH": "", "TIME_ZONE": "Europe/Berlin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "Europe/Berlin"


@pytest.mark.parametrize("regime", [Regime.GDPR, Regime.CCPA, Regime.HOUSE])
def test_a_deployment_has_one_regime(monkeypatch: pytest.MonkeyPatch, regime: Regime) -> None:
    monkeypatch.setenv("PRIVACY_REGIME", regime.value)
    assert load().regime is regime


def test_a_weak_host_secret_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {**SAFE, "HOST_JWT_ISSUER": "site", "HOST_JWT_SECRET": "weak"})
    with pytest.raises(ConfigurationError, match="HOST_JWT_SECRET"):
        load()


def test_secrets_do_not_show_in_a_printed_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {**SAFE, "SMTP_PASSWORD": "hush", "FACEBOOK_APP_SECRET": "hush"})
    shown: Any = repr(load())
    assert "hush" not in shown
    assert "k" * 40 not in shown


def partner(**changes: str) -> str:
    return json.dumps([{"name": "acme", "url": "https://acme.example/hooks", "secret": "whsec_" + "A" * 40, **changes}])


def test_partners_are_named_with_address_and_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {**SAFE, "PARTNER_WEBHOOKS": partner()})
    (acme,) = load().partner_webhooks
    assert (acme.name, acme.url) == ("acme", "https://acme.example/hooks")
    assert "AAAA" not in repr(load())


@pytest.mark.parametrize(
    "value",
    [
        "not json",
        "{}",
        partner(url="http://acme.example/hooks"),
        partner(url="ftp://acme.example"),
        partner(name="Ac me"),
        partner(secret="AAAA"),
        partner(secret="whsec_" + "A" * 8),
        json.dumps(json.loads(partner()) * 2),
    ],
)
def test_a_partner_that_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    set_all(monkeypatch, {**SAFE, "PARTNER_WEBHOOKS": value})
    with pytest.raises(ConfigurationError) as refusal:
        load()
    assert "PARTNER_WEBHOOKS" in str(refusal.value).upper() and "AAAA" not in str(refusal.value)
