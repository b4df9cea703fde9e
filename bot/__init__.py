"""The Privacy Assistant: answers about a privacy policy, and acts on them."""
