"""A :class:`service.soap.Calls` that records what it was asked, and answers or fails as a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from service.soap import Calls


@dataclass
class RecordingCalls:
    """Answers every call with what ``answers`` holds under the method's name, or raises ``failure``."""

    answers: dict[str, Any] = field(default_factory=dict)
    failure: Exception | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method that records; only those that the protocol names."""
        if name.startswith("_") or not hasattr(Calls, name):
            raise AttributeError(name)

        def method(*given: str | int) -> Any:
            self.asked.append((name, *given))
            if self.failure is not None:
                raise self.failure
            return self.answers[name]

        return method
