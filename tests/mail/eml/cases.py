"""Every case, by name."""

from __future__ import annotations

from tests.mail.eml import charsets, machines, oddities, replies, spoofs

ALL = [*machines.CASES, *spoofs.CASES, *charsets.CASES, *replies.CASES, *oddities.CASES]
