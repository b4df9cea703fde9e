"""Actions on fakes: identity only from the gateway's proof, and no error leaves an action."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.base import DeskAction
from actions.requests import RequestDeletion
from actions.settings import ChangeSetting, ViewSettings
from bot.channels.envelope import TurnProof, TurnSigner
from bot.domain.errors import PrivacyDeskError, StorageBusy
from bot.wiring import Services
from tests.services.conftest import Desk, desk  # noqa: F401 - a fixture


def message(services: Services, sender: str, intent: str, proof_for: str | None, **entities: str) -> Tracker:
    metadata = {}
    if proof_for is not None:
        signer = TurnSigner(services.config.secret_key.get_secret_value())
        metadata = {"turn": signer.sign(TurnProof(proof_for, "1", "web"))}
    latest = {
        "text": "words",
        "intent": {"name": intent},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": metadata,
    }
    return Tracker(sender, {}, latest, [], False, None, {}, "action_listen")


async def responses(action: DeskAction, tracker: Tracker) -> list[str]:
    dispatcher = CollectingDispatcher()
    await action.run(dispatcher, tracker, {})
    return [said.get("response") or said.get("text") or "" for said in dispatcher.messages]


async def test_a_proved_turn_acts(desk: Desk) -> None:  # noqa: F811
    conversation = desk.signed_in()
    tracker = message(desk.services, conversation.id, "opt_out", conversation.id, setting="newsletter")
    assert await responses(ChangeSetting(desk.services), tracker) == ["utter_setting_changed_receipt"]


@pytest.mark.parametrize("proof_for", [None, "another conversation"])
async def test_without_a_proof_for_this_conversation_nothing_happens(desk: Desk, proof_for: str | None) -> None:  # noqa: F811
    conversation = desk.signed_in()
    tracker = message(desk.services, conversation.id, "opt_out", proof_for, setting="newsletter")
    assert await responses(ChangeSetting(desk.services), tracker) == ["utter_only_on_site"]
    with desk.transactions() as uow:
        assert uow.preferences.of("anna").get("newsletter") is None


async def test_a_forged_proof_is_no_proof(desk: Desk) -> None:  # noqa: F811
    conversation = desk.signed_in()
    tracker = message(desk.services, conversation.id, "delete_account", None)
    forged = TurnSigner("attacker" * 8).sign(TurnProof(conversation.id, "1", "web"))
    tracker.latest_message["metadata"] = {"turn": forged}
    assert await responses(RequestDeletion(desk.services), tracker) == ["utter_only_on_site"]


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (StorageBusy(), "utter_try_again"),
        (PrivacyDeskError("x"), "utter_went_wrong"),
        (RuntimeError("secret detail"), "utter_went_wrong"),
        (KeyError("k"), "utter_went_wrong"),
    ],
)
async def test_no_error_leaves_an_action(
    desk: Desk,  # noqa: F811
    error: Exception,
    reply: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(ViewSettings, "act", fail)
    tracker = message(desk.services, "c", "view_settings", "c")
    assert await responses(ViewSettings(desk.services), tracker) == [reply]


async def test_what_is_missing_is_asked_with_buttons(desk: Desk) -> None:  # noqa: F811
    conversation = desk.signed_in()
    tracker = message(desk.services, conversation.id, "opt_out", conversation.id)
    assert await responses(ChangeSetting(desk.services), tracker) == ["utter_ask_which_setting"]
    tracker = message(desk.services, conversation.id, "change_setting", conversation.id, setting="newsletter")
    assert await responses(ChangeSetting(desk.services), tracker) == ["utter_ask_direction"]


def test_the_domain_and_the_code_name_the_same_actions_and_replies() -> None:
    with open("domain.yml", encoding="utf-8") as file:
        domain = yaml.safe_load(file)
    executor = ActionExecutor()
    executor.register_package("actions")
    registered = {name for name in executor.actions if name.startswith(("action_", "validate_"))}
    assert registered == set(domain["actions"])
    source = "".join(
        inspect.getsource(module)
        for name in ("account", "answer", "base", "requests", "settings", "steps")
        for module in [__import__(f"actions.{name}", fromlist=["x"])]
    )
    used = {word.strip('",)') for word in source.split('"') if word.startswith("utter_") and "{" not in word}
    assert used <= set(domain["responses"]), used - set(domain["responses"])
