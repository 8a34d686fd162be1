"""What the console knows of the installation that it is a part of. Plain values, handed in by the application."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installation:
    """Addresses and names as the settings have them.

    `public_url` is the address of the service without a path; `soap_url` and `support_url` go into a `.qwc`, and so
    does `app_name`, the name that QuickBooks shows. `time_zone` counts where a company has none of its own.
    """

    public_url: str
    soap_url: str
    support_url: str
    app_name: str
    version: str
    time_zone: str = "UTC"

    @property
    def is_secure(self) -> bool:
        """Whether people come over https."""
        return self.public_url.startswith("https:")
