from __future__ import annotations

import pytest

from desktop.ask.conversation_model import ConversationModel
from desktop.jobs import NewestLane, shut_down


@pytest.fixture
def lane(application):
    lane = NewestLane()
    yield lane
    assert shut_down([lane], 5.0)


@pytest.fixture
def model(lane):
    return ConversationModel(lane)
