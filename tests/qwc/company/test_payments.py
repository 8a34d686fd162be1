"""What is owed and how it is settled: payments, credits, discounts, refunds, and what they change elsewhere."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Conversation, Reply, add, invoice, line, mod, query, ref

CUSTOMER = ref("CustomerRef", "Ridgeline Builders")


@pytest.fixture
def owed(talk: Conversation) -> Reply:
    """Return an invoice over 100.00."""
    return talk.done(invoice(line("Oak Board", "<Amount>100.00</Amount>")))


def payment(*applied: tuple[str, str], total: str = "100.00", more: str = "", customer: str = CUSTOMER) -> str:
    targets = "".join(
        f"<AppliedToTxnAdd><TxnID>{txn_id}</TxnID><PaymentAmount>{amount}</PaymentAmount>{more}</AppliedToTxnAdd>"
        for txn_id, amount in applied
    )
    return add("ReceivePayment", f"{customer}<TotalAmount>{total}</TotalAmount>{targets}")


def credit_memo(talk: Conversation, amount: str) -> str:
    memo = f"<CreditMemoLineAdd>{ref('ItemRef', 'Catalog Goods')}<Amount>{amount}</Amount></CreditMemoLineAdd>"
    return talk.done(add("CreditMemo", CUSTOMER + memo)).identity[0]


def test_a_payment_settles_an_invoice_and_changes_its_edit_sequence(
    talk: Conversation, company: CompanyFile, owed: Reply
) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="60.00"))

    (after,) = company.find("Invoice", "1001")
    assert paid.text("ReceivePaymentRet/AppliedToTxnRet/Amount") == "60.00"
    assert paid.text("ReceivePaymentRet/AppliedToTxnRet/BalanceRemaining") == "40.00"
    assert paid.text("ReceivePaymentRet/UnusedPayment") == "0.00"
    assert (after["BalanceRemaining"], after["AppliedAmount"], after["IsPaid"]) == ("40.00", "60.00", "false")
    assert after["EditSequence"] != owed.identity[1]
    assert talk.one(mod("Invoice", owed.identity, "<Memo>x</Memo>")).code == 3200
    assert company.find("Customer", "Ridgeline Builders")[0]["Balance"] == "40.00"


def test_a_payment_that_is_not_applied_in_full_is_left_unused(talk: Conversation, owed: Reply) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="75.00"))

    assert paid.text("ReceivePaymentRet/UnusedPayment") == "15.00"


def test_paying_more_than_is_due_is_refused(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    reply = talk.one(payment((owed.identity[0], "100.01"), total="200.00"))

    assert reply.code == 3210
    assert "PaymentAmount" in reply.message
    assert "100.01" in reply.message
    assert company.records("ReceivePayment") == []


def test_applying_more_than_was_paid_is_refused(talk: Conversation, owed: Reply) -> None:
    assert talk.one(payment((owed.identity[0], "60.00"), total="50.00")).code == 3210


def test_a_total_is_required(talk: Conversation, owed: Reply) -> None:
    target = f"<AppliedToTxnAdd><TxnID>{owed.identity[0]}</TxnID><PaymentAmount>1.00</PaymentAmount></AppliedToTxnAdd>"

    assert talk.one(add("ReceivePayment", CUSTOMER + target)).code == 3150


def test_a_payment_for_nothing_there_or_for_somebody_else_is_refused(talk: Conversation, owed: Reply) -> None:
    other = ref("CustomerRef", "Café Lumière")

    assert talk.one(payment(("FFFF-1700000000", "1.00"))).code == 3120
    assert talk.one(payment(("what", "1.00"))).code == 3000
    assert talk.one(payment((owed.identity[0], "1.00"), customer=other)).code == 3210


def test_a_customer_may_pay_for_a_job(talk: Conversation) -> None:
    job = talk.done(invoice(line("Installation", "<Amount>30.00</Amount>"), customer="Café Lumière:Terrace"))

    paid = payment((job.identity[0], "30.00"), total="30.00", customer=ref("CustomerRef", "Café Lumière"))

    assert talk.done(paid).text("ReceivePaymentRet/AppliedToTxnRet/BalanceRemaining") == "0.00"


def test_a_discount_settles_too_and_goes_to_its_account(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    discount = f"<DiscountAmount>2.00</DiscountAmount>{ref('DiscountAccountRef', 'Sales Discounts')}"

    talk.done(payment((owed.identity[0], "98.00"), total="98.00", more=discount))

    assert company.find("Invoice", "1001")[0]["IsPaid"] == "true"
    assert company.find("Account", "Accounts Receivable")[0]["Balance"] == "0.00"
    assert company.find("Account", "Sales Discounts")[0]["Balance"] == "-2.00"


def test_a_discount_without_an_account_has_nowhere_to_post(talk: Conversation, owed: Reply) -> None:
    discount = "<DiscountAmount>2.00</DiscountAmount>"

    assert talk.one(payment((owed.identity[0], "98.00"), total="98.00", more=discount)).code == 3270


def test_auto_apply_takes_an_exact_match_before_the_oldest(talk: Conversation, company: CompanyFile) -> None:
    for number, amount, date in (("1", "80.00", "2026-01-05"), ("2", "50.00", "2026-02-05")):
        dated = f"{CUSTOMER}<TxnDate>{date}</TxnDate><RefNumber>{number}</RefNumber>"
        talk.done(add("Invoice", dated + line("Oak Board", f"<Amount>{amount}</Amount>")))

    def pay(total: str) -> None:
        auto = f"{CUSTOMER}<TotalAmount>{total}</TotalAmount><IsAutoApply>true</IsAutoApply>"
        talk.done(add("ReceivePayment", auto))

    pay("50.00")
    assert [company.find("Invoice", one)[0]["BalanceRemaining"] for one in "12"] == ["80.00", "0.00"]
    pay("30.00")
    assert [company.find("Invoice", one)[0]["BalanceRemaining"] for one in "12"] == ["50.00", "0.00"]


def test_a_credit_is_used_and_no_more_than_it_holds(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    credit = credit_memo(talk, "25.00")

    def use(amount: str) -> Reply:
        part = f"<SetCredit><CreditTxnID>{credit}</CreditTxnID><AppliedAmount>{amount}</AppliedAmount></SetCredit>"
        return talk.one(payment((owed.identity[0], "10.00"), total="10.00", more=part))

    assert use("25.01").code == 3210
    assert use("25.00").code == 0
    assert company.find("Invoice", "1001")[0]["BalanceRemaining"] == "65.00"
    assert company.records("CreditMemo")[0]["CreditRemaining"] == "0.00"


def test_a_request_that_only_sets_credits_creates_no_transaction(
    talk: Conversation, company: CompanyFile, owed: Reply
) -> None:
    credit = credit_memo(talk, "25.00")
    part = f"<SetCredit><CreditTxnID>{credit}</CreditTxnID><AppliedAmount>25.00</AppliedAmount></SetCredit>"

    reply = talk.done(
        add("ReceivePayment", f"{CUSTOMER}<AppliedToTxnAdd><TxnID>{owed.identity[0]}</TxnID>{part}</AppliedToTxnAdd>")
    )

    assert reply.text("ReceivePaymentRet/TxnID") is None
    assert company.records("ReceivePayment") == []
    assert company.find("Invoice", "1001")[0]["BalanceRemaining"] == "75.00"


def test_an_invoice_can_use_a_credit_itself(talk: Conversation, company: CompanyFile) -> None:
    credit = credit_memo(talk, "25.00")
    part = f"<SetCredit><CreditTxnID>{credit}</CreditTxnID><AppliedAmount>20.00</AppliedAmount></SetCredit>"

    reply = talk.done(invoice(line("Oak Board", "<Amount>100.00</Amount>"), more=part))

    assert reply.text("InvoiceRet/BalanceRemaining") == "80.00"
    assert company.records("CreditMemo")[0]["CreditRemaining"] == "5.00"


def test_linked_transactions_are_shown_when_asked_for(talk: Conversation, owed: Reply) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="60.00"))

    plain = talk.done(query("Invoice", "<RefNumber>1001</RefNumber>"))
    linked = talk.done(query("Invoice", "<RefNumber>1001</RefNumber><IncludeLinkedTxns>true</IncludeLinkedTxns>"))

    assert plain.text("InvoiceRet/LinkedTxn/TxnID") is None
    assert linked.text("InvoiceRet/LinkedTxn/TxnID") == paid.identity[0]
    assert linked.text("InvoiceRet/LinkedTxn/TxnType") == "ReceivePayment"


def test_a_deleted_payment_leaves_the_invoice_open_again(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="60.00"))

    talk.done(f"<TxnDelRq><TxnDelType>ReceivePayment</TxnDelType><TxnID>{paid.identity[0]}</TxnID></TxnDelRq>")

    assert company.find("Invoice", "1001")[0]["BalanceRemaining"] == "100.00"
    assert company.find("Customer", "Ridgeline Builders")[0]["Balance"] == "100.00"


def test_an_invoice_cannot_fall_below_what_was_paid(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    talk.done(payment((owed.identity[0], "60.00"), total="60.00"))
    (now,) = company.find("Invoice", "1001")
    first = (
        f"<InvoiceLineMod><TxnLineID>{now['Lines'][0]['TxnLineID']}</TxnLineID><Amount>50.00</Amount></InvoiceLineMod>"
    )

    assert talk.one(mod("Invoice", (now["TxnID"], now["EditSequence"]), first)).code == 3210


def test_a_refund_gives_a_credit_back(talk: Conversation, company: CompanyFile) -> None:
    credit = credit_memo(talk, "25.00")
    applied = (
        f"<RefundAppliedToTxnAdd><TxnID>{credit}</TxnID><RefundAmount>20.00</RefundAmount></RefundAppliedToTxnAdd>"
    )

    reply = talk.done(add("ARRefundCreditCard", f"{CUSTOMER}{ref('RefundFromAccountRef', 'Checking')}{applied}"))

    assert reply.text("ARRefundCreditCardRet/TotalAmount") == "20.00"
    assert company.records("CreditMemo")[0]["CreditRemaining"] == "5.00"
    assert company.find("Account", "Checking")[0]["Balance"] == "-20.00"


def test_a_deposit_takes_a_payment_to_the_bank_once(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="60.00"))
    waiting = talk.done(query("ReceivePaymentToDeposit"))
    deposit = add(
        "Deposit",
        f"{ref('DepositToAccountRef', 'Checking')}"
        f"<DepositLineAdd><PaymentTxnID>{paid.identity[0]}</PaymentTxnID></DepositLineAdd>",
    )

    done = talk.done(deposit)

    assert waiting.texts("ReceivePaymentToDepositRet/TxnID") == [paid.identity[0]]
    assert done.text("DepositRet/DepositTotal") == "60.00"
    assert talk.one(deposit).code == 3180
    assert talk.one(query("ReceivePaymentToDeposit")).code == 1
    assert company.find("Account", "Undeposited Funds")[0]["Balance"] == "0.00"
    assert company.find("Account", "Checking")[0]["Balance"] == "60.00"


def test_a_bill_is_paid_from_the_bank(talk: Conversation, company: CompanyFile) -> None:
    vendor = ref("VendorRef", "Northway Freight")
    expense = f"<ExpenseLineAdd>{ref('AccountRef', 'Freight Costs')}<Amount>80.00</Amount></ExpenseLineAdd>"
    bill = talk.done(add("Bill", f"{vendor}<RefNumber>NF-1</RefNumber>{expense}"))
    due = talk.done(query("BillToPay", ref("PayeeEntityRef", "Northway Freight")))

    def pay(amount: str) -> Reply:
        applied = f"<TxnID>{bill.identity[0]}</TxnID><PaymentAmount>{amount}</PaymentAmount>"
        head = f"{ref('PayeeEntityRef', 'Northway Freight')}{ref('BankAccountRef', 'Checking')}"
        content = f"{head}<IsToBePrinted>true</IsToBePrinted><AppliedToTxnAdd>{applied}</AppliedToTxnAdd>"
        return talk.one(add("BillPaymentCheck", content))

    assert due.text("BillToPayRet/BillToPay/AmountDue") == "80.00"
    assert pay("80.01").code == 3210
    assert pay("30.00").text("BillPaymentCheckRet/Amount") == "30.00"
    (after,) = company.find("Bill", "NF-1")
    assert (after["OpenAmount"], after["IsPaid"]) == ("50.00", "false")
    assert company.find("Vendor", "Northway Freight")[0]["Balance"] == "50.00"
    assert company.find("Account", "Checking")[0]["Balance"] == "-30.00"


def test_a_changed_payment_is_applied_anew(talk: Conversation, company: CompanyFile, owed: Reply) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="60.00"))
    target = f"<TxnID>{owed.identity[0]}</TxnID>"

    less = f"<AppliedToTxnMod>{target}<PaymentAmount>45.00</PaymentAmount></AppliedToTxnMod>"
    changed = talk.done(mod("ReceivePayment", paid.identity, less))

    assert changed.text("ReceivePaymentRet/UnusedPayment") == "15.00"
    assert company.find("Invoice", "1001")[0]["BalanceRemaining"] == "55.00"


def test_a_payment_cannot_fall_below_what_it_pays(talk: Conversation, owed: Reply) -> None:
    paid = talk.done(payment((owed.identity[0], "60.00"), total="60.00"))

    assert talk.one(mod("ReceivePayment", paid.identity, "<TotalAmount>59.00</TotalAmount>")).code == 3210


def test_a_changed_bill_payment_keeps_what_the_change_does_not_name(talk: Conversation, company: CompanyFile) -> None:
    expense = f"<ExpenseLineAdd>{ref('AccountRef', 'Freight Costs')}<Amount>80.00</Amount></ExpenseLineAdd>"
    bills = [
        talk.done(add("Bill", f"{ref('VendorRef', 'Northway Freight')}<RefNumber>{number}</RefNumber>{expense}"))
        for number in ("NF-1", "NF-2")
    ]
    applied = "".join(
        f"<AppliedToTxnAdd><TxnID>{bill.identity[0]}</TxnID><PaymentAmount>80.00</PaymentAmount></AppliedToTxnAdd>"
        for bill in bills
    )
    head = f"{ref('PayeeEntityRef', 'Northway Freight')}{ref('BankAccountRef', 'Checking')}"
    paid = talk.done(add("BillPaymentCheck", f"{head}<RefNumber>501</RefNumber>{applied}"))

    noted = talk.done(mod("BillPaymentCheck", paid.identity, "<Memo>sent</Memo>"))
    first = (
        f"<AppliedToTxnMod><TxnID>{bills[0].identity[0]}</TxnID><PaymentAmount>10.00</PaymentAmount></AppliedToTxnMod>"
    )
    changed = talk.done(mod("BillPaymentCheck", noted.identity, first))

    assert noted.text("BillPaymentCheckRet/Amount") == "160.00"
    assert changed.text("BillPaymentCheckRet/Amount") == "90.00"
    assert [company.find("Bill", one)[0]["OpenAmount"] for one in ("NF-1", "NF-2")] == ["70.00", "0.00"]
    assert company.find("Account", "Checking")[0]["Balance"] == "-90.00"
