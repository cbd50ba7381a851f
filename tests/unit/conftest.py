"""Refusals as a user meets them: without the tests' type checker in front, in one message shape."""

from __future__ import annotations

import re

import jaxtyping
import pytest

from optomag.errors import InvalidInputError

SHAPE = re.compile(r"[^;]+ must be [^;]+; got .+\.( [A-Z].+[.?])?")


@pytest.fixture
def refusal(monkeypatch):
    """Call something that must refuse its input, and get the message."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)

    def message_of(call, *args, **kwargs) -> str:
        with pytest.raises(InvalidInputError) as caught:
            call(*args, **kwargs)
        message = str(caught.value)
        assert SHAPE.fullmatch(message), message
        return message

    return message_of
