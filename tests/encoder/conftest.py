"""The policy and the exports, as the tests of the policy engine have them."""

from tests.policy.conftest import document, encoder, models_dir

__all__ = ["document", "encoder", "models_dir"]
