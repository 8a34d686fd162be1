"""The lines of a Mod: kept by TxnLineID, dropped when absent, added with -1, in QuickBooks' own order."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Conversation, Reply, add, invoice, line, mod, ref


@pytest.fixture
def three(talk: Conversation) -> Reply:
    """Return an invoice with three lines: 10.00, 20.00 and 30.00."""
    return talk.done(
        invoice(
            line("Oak Board", "<Quantity>1</Quantity><Rate>10.00</Rate>"),
            line("Pine Board", "<Quantity>2</Quantity><Rate>10.00</Rate>"),
            line("Brass Hinge", "<Quantity>3</Quantity><Rate>10.00</Rate>"),
        )
    )


def kept(line_id: str, more: str = "", kind: str = "Invoice") -> str:
    return f"<{kind}LineMod><TxnLineID>{line_id}</TxnLineID>{more}</{kind}LineMod>"


def ids(reply: Reply) -> list[str]:
    return reply.texts("InvoiceRet/InvoiceLineRet/TxnLineID")


def items(reply: Reply) -> list[str]:
    return reply.texts("InvoiceRet/InvoiceLineRet/ItemRef/FullName")


def test_without_any_line_the_lines_stay_as_they_are(talk: Conversation, three: Reply) -> None:
    changed = talk.done(mod("Invoice", three.identity, "<Memo>seen</Memo>"))

    assert ids(changed) == ids(three)
    assert changed.text("InvoiceRet/Subtotal") == "60.00"


def test_a_line_sent_with_its_id_alone_is_kept_unchanged(talk: Conversation, three: Reply) -> None:
    changed = talk.done(mod("Invoice", three.identity, "".join(kept(one) for one in ids(three))))

    assert ids(changed) == ids(three)
    assert changed.text("InvoiceRet/Subtotal") == "60.00"


def test_a_line_that_is_not_sent_is_dropped(talk: Conversation, company: CompanyFile, three: Reply) -> None:
    first, _second, third = ids(three)

    changed = talk.done(mod("Invoice", three.identity, kept(first) + kept(third)))

    assert ids(changed) == [first, third]
    assert changed.text("InvoiceRet/Subtotal") == "40.00"
    assert company.find("Item", "Pine Board")[0]["QuantityOnHand"] == "200"


def test_minus_one_adds_a_line_anywhere_between(talk: Conversation, three: Reply) -> None:
    first, second, third = ids(three)
    new = kept("-1", ref("ItemRef", "Installation") + "<Amount>5.00</Amount>")

    changed = talk.done(mod("Invoice", three.identity, kept(first) + new + kept(second) + kept(third)))

    assert items(changed) == ["Oak Board", "Installation", "Pine Board", "Brass Hinge"]
    assert changed.text("InvoiceRet/Subtotal") == "65.00"
    assert ids(changed)[1] not in {first, second, third}


def test_kept_lines_out_of_order_are_refused_and_nothing_changes(
    talk: Conversation, company: CompanyFile, three: Reply
) -> None:
    first, second, third = ids(three)

    reply = talk.one(mod("Invoice", three.identity, kept(second) + kept(first) + kept(third)))

    assert reply.code == 3290
    assert first in reply.message
    assert [one["TxnLineID"] for one in company.find("Invoice", "1001")[0]["Lines"]] == [first, second, third]


def test_the_same_line_sent_twice_is_out_of_order(talk: Conversation, three: Reply) -> None:
    first = ids(three)[0]

    assert talk.one(mod("Invoice", three.identity, kept(first) + kept(first))).code == 3290


def test_a_line_of_another_document_does_not_exist_here(talk: Conversation, three: Reply) -> None:
    other = talk.done(invoice(line("Oak Board"), number="2"))

    assert talk.one(mod("Invoice", three.identity, kept(ids(other)[0]))).code == 3120
    assert talk.one(mod("Invoice", three.identity, kept("first"))).code == 3000


def test_a_changed_quantity_gives_a_new_amount(talk: Conversation, three: Reply) -> None:
    first, second, third = ids(three)
    more = kept(second, "<Quantity>5</Quantity>")

    changed = talk.done(mod("Invoice", three.identity, kept(first) + more + kept(third)))

    assert changed.texts("InvoiceRet/InvoiceLineRet/Amount") == ["10.00", "50.00", "30.00"]
    assert changed.text("InvoiceRet/BalanceRemaining") == "90.00"


def test_a_description_is_cleared_by_an_empty_one_and_an_amount_is_not(talk: Conversation, three: Reply) -> None:
    first = ids(three)[0]

    cleared = talk.done(mod("Invoice", three.identity, kept(first, "<Desc></Desc>")))
    refused = talk.one(mod("Invoice", cleared.identity, kept(first, "<Quantity></Quantity>")))

    assert cleared.text("InvoiceRet/InvoiceLineRet/Desc") is None
    assert refused.code == 3190


@pytest.mark.parametrize(
    "empty", ["<CustomerRef></CustomerRef>", "<TxnDate></TxnDate>", "<DueDate></DueDate>", "<IsPending></IsPending>"]
)
def test_a_header_field_that_must_keep_a_value_cannot_be_emptied(talk: Conversation, three: Reply, empty: str) -> None:
    assert talk.one(mod("Invoice", three.identity, empty)).code == 3190


def test_a_memo_is_cleared_by_an_empty_one(talk: Conversation) -> None:
    added = talk.done(invoice(line("Oak Board"), more="<Memo>first</Memo>"))

    assert talk.done(mod("Invoice", added.identity, "<Memo></Memo>")).text("InvoiceRet/Memo") is None


def test_a_stale_change_of_a_document_is_refused(talk: Conversation, three: Reply) -> None:
    talk.done(mod("Invoice", three.identity, "<Memo>a</Memo>"))

    assert talk.one(mod("Invoice", three.identity, "<Memo>b</Memo>")).code == 3200


def test_a_percentage_follows_the_line_above_when_that_changes(talk: Conversation) -> None:
    added = talk.done(invoice(line("Oak Board", "<Quantity>1</Quantity><Rate>100.00</Rate>"), line("Trade Discount")))
    first, discount = ids(added)

    changed = talk.done(mod("Invoice", added.identity, kept(first, "<Quantity>2</Quantity>") + kept(discount)))

    assert changed.texts("InvoiceRet/InvoiceLineRet/Amount") == ["200.00", "-20.00"]


def test_the_members_of_a_group_follow_the_same_rules(talk: Conversation) -> None:
    group = f"<InvoiceLineGroupAdd>{ref('ItemGroupRef', 'Starter Set')}</InvoiceLineGroupAdd>"
    added = talk.done(invoice(group, customer="Café Lumière"))
    group_id = added.text("InvoiceRet/InvoiceLineGroupRet/TxnLineID") or ""
    pine, hinge = added.texts("InvoiceRet/InvoiceLineGroupRet/InvoiceLineRet/TxnLineID")

    def change(*members: str) -> str:
        inner = f"<TxnLineID>{group_id}</TxnLineID>{''.join(members)}"
        return mod("Invoice", added.identity, f"<InvoiceLineGroupMod>{inner}</InvoiceLineGroupMod>")

    assert talk.one(change(kept(hinge), kept(pine))).code == 3290
    changed = talk.done(change(kept(hinge)))
    # Two pairs of hinges at 6.40 are left.
    assert changed.text("InvoiceRet/InvoiceLineGroupRet/TotalAmount") == "12.80"
    assert changed.text("InvoiceRet/Subtotal") == "12.80"


def test_a_line_cannot_be_sent_as_a_group(talk: Conversation, three: Reply) -> None:
    as_group = f"<InvoiceLineGroupMod><TxnLineID>{ids(three)[0]}</TxnLineID></InvoiceLineGroupMod>"

    assert talk.one(mod("Invoice", three.identity, as_group)).code == 3000


EXPENSES = (
    f"<ExpenseLineAdd>{ref('AccountRef', 'Rent')}<Amount>100.00</Amount></ExpenseLineAdd>"
    f"<ExpenseLineAdd>{ref('AccountRef', 'Utilities')}<Amount>40.00</Amount></ExpenseLineAdd>"
)
ITEMS = f"<ItemLineAdd>{ref('ItemRef', 'Oak Board')}<Quantity>10</Quantity><Cost>11.00</Cost></ItemLineAdd>"


def test_expense_lines_and_item_lines_are_two_separate_matters(talk: Conversation) -> None:
    bill = talk.done(add("Bill", ref("VendorRef", "Alder Timber Mills") + EXPENSES + ITEMS))
    rent = bill.texts("BillRet/ExpenseLineRet/TxnLineID")[0]

    changed = talk.done(mod("Bill", bill.identity, f"<ExpenseLineMod><TxnLineID>{rent}</TxnLineID></ExpenseLineMod>"))

    assert bill.text("BillRet/AmountDue") == "250.00"
    assert changed.text("BillRet/AmountDue") == "210.00"
    assert len(changed.texts("BillRet/ItemLineRet/TxnLineID")) == 1


@pytest.mark.parametrize(("clear", "left"), [("ClearExpenseLines", "110.00"), ("ClearItemLines", "140.00")])
def test_one_kind_of_line_is_emptied_by_its_own_element(talk: Conversation, clear: str, left: str) -> None:
    bill = talk.done(add("Bill", ref("VendorRef", "Alder Timber Mills") + EXPENSES + ITEMS))

    changed = talk.done(mod("Bill", bill.identity, f"<{clear}>true</{clear}>"))

    assert changed.text("BillRet/AmountDue") == left


def test_a_journal_that_loses_a_line_is_out_of_balance(talk: Conversation) -> None:
    sides = "".join(
        f"<Journal{side}Line>{ref('AccountRef', account)}<Amount>50.00</Amount></Journal{side}Line>"
        for side, account in (("Debit", "Rent"), ("Credit", "Checking"))
    )
    entry = talk.done(add("JournalEntry", sides))
    debit = entry.text("JournalEntryRet/JournalDebitLine/TxnLineID") or ""
    credit = entry.text("JournalEntryRet/JournalCreditLine/TxnLineID") or ""

    def change(*lines: tuple[str, str]) -> str:
        content = "".join(
            f"<JournalLineMod><TxnLineID>{one}</TxnLineID><Amount>{amount}</Amount></JournalLineMod>"
            for one, amount in lines
        )
        return mod("JournalEntry", entry.identity, content)

    assert talk.one(change((debit, "50.00"))).code == 3180
    changed = talk.done(change((debit, "70.00"), (credit, "70.00")))
    assert changed.text("JournalEntryRet/JournalDebitLine/Amount") == "70.00"
