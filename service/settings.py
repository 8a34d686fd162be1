"""The settings: what the environment says, read once into one frozen object. Nothing else reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.domain.refusals import Refusal
from service.store.database import SCHEMA_NAME, Database

LogLevel = Literal["debug", "info", "warning", "error"]

PREFIX = "DESKPOST_"

OF_OTHERS = re.compile(
    r"HOST|SITE|SERVICE|DATABASE_PASSWORD|SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?"
)
"""Names behind the prefix that are not settings: of the compose file and of the Caddyfile in deploy/, and those that
Kubernetes gives to whatever runs beside a service that is called deskpost."""

OWN_PATHS = ("qbwc", "console", "support", "api", "healthz", "readyz", "metrics")
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


class BadSettings(Refusal):
    """The environment holds a setting that cannot be used; each is named with what is wrong."""

    def __init__(self, error: ValidationError) -> None:
        told = []
        for one in error.errors():
            name = PREFIX + "_".join(str(part) for part in one["loc"]).upper()
            why = one["msg"]
            if why.startswith("Input"):
                why = f"{why}, and {str(one['input'])[:40]!r} was given"
            told.append(f"{name} is of no use: {why.removeprefix('Value error, ')}")
        super().__init__("; ".join(told) + ". See the table of settings in README.md.")


class UnknownSettings(Refusal):
    """The environment holds names like those of settings that are none; a mistyped one would be left out silently."""

    def __init__(self, names: Sequence[str]) -> None:
        told = [f"{name} is no setting" + _did_you_mean(name) for name in names]
        super().__init__(
            "; ".join(told)
            + f". Correct or unset it: what begins with {PREFIX} is a setting, and README.md has their table."
        )


class FolderNotMade(Refusal):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"The folder {folder} of the database cannot be made: {why}. "
            "Make it, or name another place in DESKPOST_DATABASE_URL."
        )


class Settings(BaseSettings):
    """Everything that can be set, by its name in capitals behind `DESKPOST_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: Annotated[str, Field(description="the database: `sqlite:///path` or `postgresql://...`")] = (
        "sqlite:///var/deskpost.sqlite"
    )
    database_schema: Annotated[
        str,
        Field(description="PostgreSQL: the schema that Deskpost's tables are in, if not where the role looks first"),
    ] = ""
    database_pool_size: Annotated[
        int, Field(ge=0, le=500, description="PostgreSQL: connections a worker keeps open; 0 for one for each thread")
    ] = 0
    database_pool_overflow: Annotated[
        int, Field(ge=0, le=500, description="PostgreSQL: connections a worker opens beyond these while all are in use")
    ] = 2
    database_pool_wait: Annotated[
        int, Field(ge=1, le=90, description="PostgreSQL: seconds that a thread waits for a connection")
    ] = 20
    database_pool_recycle: Annotated[
        int, Field(ge=1, description="PostgreSQL: seconds after which a connection is made anew")
    ] = 1800
    database_statement_timeout: Annotated[
        int, Field(ge=1, description="PostgreSQL: seconds after which a statement is given up")
    ] = 60
    database_lock_timeout: Annotated[
        int, Field(ge=1, description="PostgreSQL: seconds that a statement waits for a lock")
    ] = 20
    database_idle_timeout: Annotated[
        int, Field(ge=1, description="PostgreSQL: seconds after which a transaction that does nothing is ended")
    ] = 60
    public_url: Annotated[
        str, Field(description="the address under which the Web Connector's PC reaches the service; it may have a path")
    ] = "http://localhost:8330"
    listen: Annotated[str, Field(description="the host and port that `deskpost serve` listens on")] = "127.0.0.1:8330"
    workers: Annotated[
        int, Field(ge=1, le=64, description="worker processes; one is best on SQLite, several on PostgreSQL")
    ] = 1
    threads: Annotated[int, Field(ge=1, le=128, description="threads of each worker process")] = 8
    worker_memory_mb: Annotated[
        int,
        Field(ge=150, description="a worker that holds more than this after a call, in MB, is replaced"),
    ] = 600
    trusted_proxies: Annotated[
        str, Field(description="addresses of fronts whose X-Forwarded-For is believed, with commas between")
    ] = ""
    largest_answer_mb: Annotated[
        int, Field(ge=1, le=2000, description="the largest answer of QuickBooks that is taken, in MB")
    ] = 100
    log_level: Annotated[LogLevel, Field(description="how much is logged: debug, info, warning or error")] = "info"
    metrics_token: Annotated[
        SecretStr,
        Field(description="the bearer token that `/metrics` asks for; without one, only this machine may read it"),
    ] = SecretStr("")
    api_calls_a_minute: Annotated[
        int, Field(ge=1, description="how often a key of the HTTP API may call each worker in a minute")
    ] = 600
    time_zone: Annotated[
        str, Field(description="the zone in which the console shows times, by its IANA name: `America/New_York`")
    ] = "UTC"
    app_name: Annotated[str, Field(min_length=1, max_length=60, description="the name that QuickBooks shows")] = (
        "Deskpost"
    )

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme not in ("http", "https") or not address.hostname or "@" in address.netloc:
            raise ValueError(f"'{value}' is no address; write it as https://books.example.com")
        if address.query or address.fragment or not _PATH.fullmatch(address.path.rstrip("/")):
            raise ValueError(f"'{value}' is no address to serve at; write it as https://books.example.com/accounting")
        if address.path.strip("/").partition("/")[0] in OWN_PATHS:
            raise ValueError(f"'{value}' has a path of Deskpost's own pages: choose another one, or none")
        return value.rstrip("/")

    @field_validator("listen")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"'{value}' is no place to listen; write it as 127.0.0.1:8330")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        """A name or a network would be compared with addresses, and never be one: as if no front had been named."""
        given = [one.strip() for one in value.split(",") if one.strip()]
        for one in given:
            try:
                ip_address(one)
            except ValueError:
                told = f"'{one}' is not the address of one front; write each as 127.0.0.1, with commas between"
                raise ValueError(told) from None
        return ",".join(given)

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            # UTC needs no database, and this machine may have none.
            if value != "UTC":
                told = f"'{value}' is no time zone that this machine knows; write it as America/New_York"
                raise ValueError(told) from None
        return value

    @field_validator("database_schema")
    @classmethod
    def _is_a_schema(cls, value: str) -> str:
        if value and not SCHEMA_NAME.fullmatch(value):
            raise ValueError(f"'{value}' is no name of small letters, digits and underscores; write it as deskpost")
        return value

    @property
    def database(self) -> Database:
        """The database, with how it is to be used."""
        return Database(
            self.database_url,
            schema=self.database_schema,
            pool_size=self.database_pool_size,
            pool_overflow=self.database_pool_overflow,
            pool_wait=self.database_pool_wait,
            pool_recycle=self.database_pool_recycle,
            statement_timeout=self.database_statement_timeout,
            lock_timeout=self.database_lock_timeout,
            idle_timeout=self.database_idle_timeout,
        )

    @property
    def soap_url(self) -> str:
        """The AppURL of a `.qwc`."""
        return f"{self.public_url}/qbwc"

    @property
    def support_url(self) -> str:
        """The AppSupport of a `.qwc`."""
        return f"{self.public_url}/support"

    def prepare_folders(self) -> None:
        """Make the folder of an SQLite database, readable by its owner alone. Raises FolderNotMade."""
        if self.database_url.startswith("sqlite:///"):
            folder = Path(unquote(urlsplit(self.database_url).path.removeprefix("/"))).parent
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as failure:
                raise FolderNotMade(folder, (failure.strerror or str(failure)).lower()) from None


def read_settings() -> Settings:
    """The settings of this process. Raises UnknownSettings or BadSettings, which name all that cannot be used."""
    unknown = sorted(name for name, value in os.environ.items() if _is_unknown(name.upper(), value))
    if unknown:
        raise UnknownSettings(unknown)
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings(error) from None


def _is_unknown(name: str, value: str) -> bool:
    bare = name.removeprefix(PREFIX)
    if bare == name or bare.lower() in Settings.model_fields or OF_OTHERS.fullmatch(bare):
        return False
    # Kubernetes again, which gives an address; with a mere number somebody means DESKPOST_LISTEN.
    return bare != "PORT" or "://" not in value


def _did_you_mean(name: str) -> str:
    bare = name.upper().removeprefix(PREFIX)
    near = get_close_matches(bare, [known.upper() for known in Settings.model_fields], n=1)
    return f"; did you mean {PREFIX}{near[0]}?" if near else ""
