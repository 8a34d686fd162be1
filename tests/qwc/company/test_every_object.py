"""Every object of the schema: whatever is well-formed is answered, whatever is saved comes back whole."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from decimal import Decimal

import pytest
from lxml import etree

from qwc.company import CompanyFile
from qwc.company.schema import Choice, Edition, Element, Particle, edition, facts
from tests.qwc.company.conversation import Clock, Conversation, document
from tests.qwc.company.requests_by_chance import Chance

NEWEST = edition((16, 0), "US")
ALL = sorted(name for name in facts()["messages"] if NEWEST.message(name) is not None)
# What this file answers with "not supported": reports, and what belongs to payroll and events.
NOT_SIMULATED = re.compile(
    r".*Report|DataEventRecoveryInfo|Form1099|AccountTaxLineInfo|CompanyActivity|SalesTax(Payable|Return)|BarCode"
)
CREDITS = (
    "AccountsPayable",
    "CreditCard",
    "OtherCurrentLiability",
    "LongTermLiability",
    "Equity",
    "Income",
    "OtherIncome",
)
STOCK = {
    "quantity_on_hand": "on_hand",
    "stock_value": "value",
    "quantity_on_order": "on_order",
    "quantity_on_sales_order": "on_sales_order",
}


def ask_anything(talk: Conversation, name: str, request: str) -> etree._Element:
    answer = talk.connection.process_request(document(request))
    found = etree.fromstring(answer.encode("utf-8"))[0][0]
    assert found.tag == f"{name}Rs"
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_request_is_answered_and_never_breaks_anything(
    talk: Conversation, company: CompanyFile, name: str
) -> None:
    company.set("multi_currency", True)
    for seed, fullness in enumerate((0.0, 0.2, 0.5, 0.9)):
        request = Chance(seed, fullness).request(name)
        answer = ask_anything(talk, name, request)

        code = int(answer.get("statusCode", ""))
        assert code in (0, 1, 500, 530) or 1000 <= code < 4000
        if code == 1030:
            assert NOT_SIMULATED.match(name)
        if code == 0 and not name.endswith("Query") and "IncludeRetElement" not in request:
            assert missing(NEWEST, message_answer(name), answer) == []


def message_answer(name: str) -> tuple[Particle, ...]:
    message = NEWEST.message(name)
    assert message is not None
    return message.answer


def missing(schema: Edition, content: tuple[Particle, ...], found: etree._Element) -> list[str]:
    """The elements that a full answer must hold and this one does not, as paths."""
    gone: list[str] = []
    for particle in content:
        if isinstance(particle, Choice):
            continue
        children = found.findall(particle.name)
        if particle.least and not children:
            gone.append(f"{found.tag!s}/{particle.name}")
        for child in children if particle.aggregate else []:
            gone.extend(missing(schema, schema.content(particle.aggregate), child))
    return gone


SALES = ("Invoice", "SalesOrder", "SalesReceipt", "CreditMemo", "Estimate")


def known_ids(database: sqlite3.Connection, request: str, name: str) -> str:
    """The request with ids that exist, so that changes, links and deletions find what they are about."""
    kind = name[:-3]
    sql = (
        "SELECT list_id, edit_sequence FROM list_entries WHERE kind = :kind UNION ALL"
        " SELECT txn_id, edit_sequence FROM transactions WHERE kind = :kind ORDER BY 1 DESC LIMIT 1"
    )
    row = database.execute(sql, {"kind": kind}).fetchone() if name.endswith("Mod") else None
    if row is not None:
        head = re.compile(r"<(ListID|TxnID)>[^<]*</\1><EditSequence>[^<]*</EditSequence>")
        request = head.sub(rf"<\1>{row[0]}</\1><EditSequence>{row[1]}</EditSequence>", request, count=1)
        sql = "SELECT txn_line_id FROM transaction_lines WHERE txn_id = ? AND group_line_id IS NULL ORDER BY position"
        lines = iter([line for (line,) in database.execute(sql, (row[0],))])
        return re.sub(r"(?<=<TxnLineID>)[^<]*", lambda _match: next(lines, "-1"), request)
    kinds = re.search(r"(?:Del|Void)Type>(\w+)<", request)
    sql = "SELECT txn_id FROM transactions WHERE kind = ? ORDER BY position DESC LIMIT 1"
    wanted = kinds[1] if kinds else "SalesOrder" if "LinkToTxnID" in request else "Invoice"
    row = database.execute(sql, (wanted,)).fetchone()
    return re.sub(r"(?<=TxnID>)[^<]+(?=</)", row[0], request) if row else request


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_the_books_balance_and_every_sum_is_true(
    talk: Conversation, company: CompanyFile, clock: Clock, seed: int
) -> None:
    """Random adds, changes, voids and deletions: debits equal credits, running sums equal what they sum up."""
    chance = Chance(seed, 0.35)
    writes = [name for name in ALL if name.endswith(("Add", "Mod", "Del", "Void")) and "DataExt" not in name]
    database = sqlite3.connect(company.path)
    codes: Counter[int] = Counter()
    for _round in range(2):
        for name in [*writes, *(f"{kind}Add" for kind in SALES for _ in range(3))]:
            request = known_ids(database, chance.request(name), name)
            codes[int(ask_anything(talk, name, request).get("statusCode", ""))] += 1

    assert codes[0] > 60, codes
    assert unbalanced(database) == []
    assert false_balances(database) == []
    assert false_stock(database) == []
    database.close()


def unbalanced(database: sqlite3.Connection) -> list[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for txn_id, amount in database.execute("SELECT txn_id, amount FROM postings"):
        sums[txn_id] = sums.get(txn_id, Decimal(0)) + Decimal(amount)
    return [(txn_id, total) for txn_id, total in sums.items() if total]


def false_balances(database: sqlite3.Connection) -> list[tuple[str, str, Decimal]]:
    wrong = []
    rows = database.execute("SELECT list_id, account_type, balance FROM list_entries WHERE kind = 'Account'").fetchall()
    for list_id, account_type, balance in rows:
        found = database.execute("SELECT amount FROM postings WHERE account_list_id = ?", (list_id,)).fetchall()
        total = sum((Decimal(amount) for (amount,) in found), Decimal(0))
        total = -total if account_type in CREDITS else total
        if total != Decimal(balance):
            wrong.append((list_id, balance, total))
    return wrong


def false_stock(database: sqlite3.Connection) -> list[tuple[str, str]]:
    wrong = []
    rows = database.execute("SELECT list_id FROM list_entries WHERE family = 'Item'").fetchall()
    for (list_id,) in rows:
        for column, moved in STOCK.items():
            (kept,) = database.execute(f"SELECT {column} FROM list_entries WHERE list_id = ?", (list_id,)).fetchone()
            found = database.execute(
                f"SELECT {moved} FROM stock_movements WHERE item_list_id = ?", (list_id,)
            ).fetchall()
            if sum((Decimal(value) for (value,) in found), Decimal(0)) != Decimal(kept):
                wrong.append((list_id, column))
    return wrong


def test_the_facts_are_those_of_two_hundred_and_thirty_one_requests() -> None:
    assert len(facts()["messages"]) == 231


def test_every_choice_can_be_told_by_its_first_element() -> None:
    """The reader takes a branch by the name it begins with; no two branches may begin alike."""

    def ambiguous(content: tuple[Particle, ...]) -> list[str]:
        found: list[str] = []
        for particle in content:
            if isinstance(particle, Element):
                continue
            firsts = [
                next((one.name for one in branch if isinstance(one, Element)), "") for branch in particle.branches
            ]
            found.extend(name for name in firsts if name and firsts.count(name) > 1)
            for branch in particle.branches:
                found.extend(ambiguous(branch))
        return found

    contents = [NEWEST.content(name) for name in facts()["aggregates"]] + [message_answer(name) for name in ALL]
    assert [name for content in contents for name in ambiguous(content)] == []
