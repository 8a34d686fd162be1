"""Owns the SQLite file of a company: its tables, transactions and running numbers. It knows no rule of QuickBooks.

Plain tables with readable columns, so that a person can open the file. Amounts and quantities are decimal text; times
are the host PC's local time with its offset; `body` holds the rest of a record as JSON with qbXML's own names.
WAL with synchronous NORMAL: a process killed at any instant leaves a whole file.
"""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mishaps (
    mishap_id INTEGER PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL,
    times_left INTEGER);
CREATE TABLE list_entries (
    position INTEGER PRIMARY KEY, list_id TEXT NOT NULL UNIQUE, family TEXT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, full_name TEXT NOT NULL, full_name_key TEXT, parent_list_id TEXT, sublevel INTEGER NOT NULL,
    is_active INTEGER NOT NULL, account_type TEXT, balance TEXT NOT NULL DEFAULT '0',
    quantity_on_hand TEXT NOT NULL DEFAULT '0', stock_value TEXT NOT NULL DEFAULT '0',
    quantity_on_order TEXT NOT NULL DEFAULT '0', quantity_on_sales_order TEXT NOT NULL DEFAULT '0',
    edit_sequence TEXT NOT NULL, time_created TEXT NOT NULL, time_modified TEXT NOT NULL, external_guid TEXT,
    body TEXT NOT NULL);
CREATE UNIQUE INDEX list_entries_by_name ON list_entries (family, full_name_key);
CREATE INDEX list_entries_by_kind ON list_entries (kind, full_name_key);
CREATE INDEX list_entries_by_parent ON list_entries (parent_list_id);
CREATE INDEX list_entries_by_time ON list_entries (kind, time_modified);
CREATE TABLE transactions (
    position INTEGER PRIMARY KEY, txn_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, txn_number INTEGER NOT NULL,
    ref_number TEXT, ref_number_key TEXT, txn_date TEXT NOT NULL, due_date TEXT, entity_list_id TEXT,
    account_list_id TEXT, class_list_id TEXT, total TEXT NOT NULL, open_amount TEXT, is_open INTEGER NOT NULL,
    is_void INTEGER NOT NULL DEFAULT 0, memo TEXT, edit_sequence TEXT NOT NULL, time_created TEXT NOT NULL,
    time_modified TEXT NOT NULL, external_guid TEXT, body TEXT NOT NULL);
CREATE INDEX transactions_by_ref_number ON transactions (kind, ref_number_key);
CREATE INDEX transactions_by_entity ON transactions (entity_list_id, kind, txn_date);
CREATE INDEX transactions_by_date ON transactions (kind, txn_date);
CREATE INDEX transactions_by_time ON transactions (kind, time_modified);
CREATE INDEX transactions_open ON transactions (entity_list_id, kind) WHERE is_open = 1;
CREATE INDEX transactions_by_kind ON transactions (kind, position);
CREATE TABLE transaction_lines (
    txn_id TEXT NOT NULL, txn_line_id TEXT NOT NULL, position INTEGER NOT NULL, group_line_id TEXT,
    element TEXT NOT NULL, item_list_id TEXT, account_list_id TEXT, quantity TEXT, amount TEXT, body TEXT NOT NULL,
    PRIMARY KEY (txn_id, position)) WITHOUT ROWID;
CREATE UNIQUE INDEX transaction_lines_by_id ON transaction_lines (txn_id, txn_line_id);
CREATE INDEX transaction_lines_by_item ON transaction_lines (item_list_id);
CREATE TABLE links (
    link_id INTEGER PRIMARY KEY, relation TEXT NOT NULL, from_txn_id TEXT NOT NULL, from_line_id TEXT,
    to_txn_id TEXT NOT NULL, to_line_id TEXT, amount TEXT NOT NULL, quantity TEXT NOT NULL DEFAULT '0',
    discount TEXT NOT NULL DEFAULT '0', discount_account_list_id TEXT, discount_class_list_id TEXT,
    made_by_txn_id TEXT);
CREATE INDEX links_from ON links (from_txn_id);
CREATE INDEX links_to ON links (to_txn_id);
CREATE TABLE postings (
    txn_id TEXT NOT NULL, account_list_id TEXT NOT NULL, entity_list_id TEXT, amount TEXT NOT NULL);
CREATE INDEX postings_of_transaction ON postings (txn_id);
CREATE INDEX postings_of_account ON postings (account_list_id);
CREATE TABLE stock_movements (
    txn_id TEXT NOT NULL, item_list_id TEXT NOT NULL, on_hand TEXT NOT NULL, value TEXT NOT NULL,
    on_order TEXT NOT NULL, on_sales_order TEXT NOT NULL);
CREATE INDEX stock_movements_of_transaction ON stock_movements (txn_id);
CREATE INDEX stock_movements_of_item ON stock_movements (item_list_id);
CREATE TABLE list_references (list_id TEXT NOT NULL, owner_id TEXT NOT NULL, PRIMARY KEY (list_id, owner_id))
    WITHOUT ROWID;
CREATE INDEX list_references_of_owner ON list_references (owner_id);
CREATE TABLE data_extension_definitions (
    data_ext_id INTEGER PRIMARY KEY, owner_id TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
    type TEXT NOT NULL, objects TEXT NOT NULL, list_require TEXT NOT NULL, txn_require TEXT NOT NULL,
    format TEXT NOT NULL,
    UNIQUE (owner_id, name_key));
CREATE TABLE data_extensions (
    owner_id TEXT NOT NULL, name_key TEXT NOT NULL, object TEXT NOT NULL, object_id TEXT NOT NULL,
    line_id TEXT NOT NULL DEFAULT '', value TEXT NOT NULL,
    PRIMARY KEY (object_id, line_id, owner_id, name_key)) WITHOUT ROWID;
CREATE TABLE message_sets (
    application TEXT NOT NULL, set_id TEXT NOT NULL, checksum TEXT NOT NULL, kept_at TEXT NOT NULL,
    outcome TEXT NOT NULL, PRIMARY KEY (application, set_id)) WITHOUT ROWID;
CREATE TABLE deletions (
    position INTEGER PRIMARY KEY, what TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
    time_created TEXT NOT NULL, time_deleted TEXT NOT NULL);
CREATE INDEX deletions_by_kind ON deletions (what, kind, time_deleted);
"""

# "qbdc" marks the file as one of ours; the user version is that of the tables above.
_APPLICATION_ID = 0x71626463
_TABLES_VERSION = 2


class NotACompanyFile(Exception):
    """The file at the path given is not a simulated company file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a simulated company file. Make one with `python -m qwc company create`.")


def _make_tables(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_TABLES_VERSION}")


class Storage:
    """One connection to the file. Not for two threads at the same time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotACompanyFile(path)
        self._connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        if not self._is_ours():
            self._connection.close()
            raise NotACompanyFile(path)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.create_function("fold", 1, str.casefold, deterministic=True)
        self._connection.row_factory = sqlite3.Row

    def _is_ours(self) -> bool:
        try:
            (mark,) = self._connection.execute("PRAGMA application_id").fetchone()
        except sqlite3.DatabaseError:
            return False
        return bool(mark == _APPLICATION_ID)

    @classmethod
    @contextmanager
    def create(cls, path: Path) -> Iterator[Storage]:
        """Make the file, to be filled within; FileExistsError where the path is taken.

        It is made under another name beside its place, so that whatever fails on the way, no half-made file is there.
        """
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        making = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        try:
            making.touch(exist_ok=False)
            _make_tables(making)
            storage = cls(making)
            try:
                yield storage
            finally:
                storage.close()
            path.touch(exist_ok=False)
            making.replace(path)
        finally:
            for ending in ("", "-wal", "-shm"):
                making.with_name(making.name + ending).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written within is kept together, or not at all where an exception leaves it."""
        with self._bracket("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read within comes from one state of the file."""
        with self._bracket("BEGIN"):
            yield

    @contextmanager
    def _bracket(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def run(self, sql: str, *values: Any, **named: Any) -> int:
        """Run one statement; the number of rows it changed. `values` fill its `?`, or `named` its `:name`."""
        return self._connection.execute(sql, named or values).rowcount

    def row(self, sql: str, *values: Any, **named: Any) -> sqlite3.Row | None:
        """The first row, or None; values as in `run`."""
        row: sqlite3.Row | None = self._connection.execute(sql, named or values).fetchone()
        return row

    def rows(self, sql: str, *values: Any, **named: Any) -> list[sqlite3.Row]:
        """All rows; values as in `run`."""
        return self._connection.execute(sql, named or values).fetchall()

    def insert(self, table: str, **columns: Any) -> None:
        """Insert one row. Table and columns are names of this module's own tables, never from outside."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608

    def update(self, table: str, key: str, key_value: str, **columns: Any) -> None:
        """Change the columns of the row with that key. Names are this module's own, never from outside."""
        pairs = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(f"UPDATE {table} SET {pairs} WHERE {key} = ?", (*columns.values(), key_value))  # noqa: S608

    def insert_rows(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert many rows at once. Names are this module's own, never from outside."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608

    def next_number(self, counter: str, first: int = 1) -> int:
        """The next running number of a counter."""
        row = self.row(
            "INSERT INTO counters (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            counter,
            first,
        )
        assert row is not None
        return int(row["value"])

    def settings(self) -> dict[str, str]:
        """All settings by name."""
        return {row["name"]: row["value"] for row in self.rows("SELECT name, value FROM settings")}

    def put_setting(self, name: str, value: str) -> None:
        """Keep one setting."""
        self.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value)
