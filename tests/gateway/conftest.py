"""A running gateway for each test."""

from __future__ import annotations

from typing import AsyncIterator

import pytest

from tests.gateway.desk import Desk, start


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    running = await start()
    yield running
    await running.http.close()
