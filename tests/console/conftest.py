"""What the tests of this folder may ask for."""

from tests.console.office import office
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "office", "store"]
