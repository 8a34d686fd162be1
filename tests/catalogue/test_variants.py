"""What a code means depends on the request and on QuickBooks' own words."""

from __future__ import annotations

import pytest

from service.catalogue import Actor, Applied, Offer, Treatment, entry, explain

SAVING = "There was an error when saving a {what}.  QuickBooks error message: {reason}"


def saying(reason: str, what: str = "Invoice") -> str:
    return SAVING.format(what=what, reason=reason)


@pytest.mark.parametrize(
    ("reason", "treatment", "happened"),
    [
        ("This list has been modified by another user.", Treatment.LATER, "Someone was working on the same thing"),
        ("The transaction could not be locked.  It is in use by another user.", Treatment.LATER, "Someone was working"),
        ("The application failed to acquire the lock.", Treatment.LATER, "Someone was working"),
        ("The list element is in use.", Treatment.LATER, "Someone was working"),
        (
            "The credit limit for the name on this transaction has been exceeded.",
            Treatment.FIX,
            "over the credit limit",
        ),
        ("The transaction is on or before the closing date.", Treatment.FIX, "The books are closed"),
        ("Duplicate document number is not allowed.", Treatment.FIX, "already has an invoice with this number"),
        ("This name already exists.", Treatment.FIX, "already has something like this"),
        ("You cannot pay more than the amount due.", Treatment.FIX, "The payment is larger"),
        ("The sales order has already been closed.", Treatment.FIX, "The order to which this invoice is linked"),
        ("The transaction is empty.", Treatment.FIX, "Nothing would be left to save"),
        ("The transaction is not in balance.", Treatment.FIX, "Debits and credits"),
        (
            "Transaction split lines to accounts receivable must include a customer on that split line.",
            Treatment.FIX,
            "A line to Accounts Receivable has no customer",
        ),
        (
            "Transaction split lines to accounts payable must include a vendor on that split line.",
            Treatment.FIX,
            "A line to Accounts Payable has no vendor",
        ),
        ("You cannot use more than one accounts receivable account.", Treatment.FIX, "one receivable or payable line"),
        ("You do not have sufficient quantities to build the assembly.", Treatment.FIX, "not have enough of an item"),
        ("The serial number is not known.", Treatment.FIX, "serial or lot numbers"),
        ("You need to delete this transaction from the deposit.", Treatment.FIX, "already part of a deposit"),
        ("It has been reconciled.", Treatment.FIX, "already reconciled"),
        ("The item is inactive.", Treatment.FIX, "is inactive in QuickBooks"),
        ("The customer has no e-mail address.", Treatment.FIX, "has no email address"),
        ("The currency of the account differs.", Treatment.FIX, "The currencies"),
        ("A tax code is needed.", Treatment.FIX, "the sales tax"),
        ("You cannot use this account here.", Treatment.FIX, "posted to that account"),
        ("You must specify an account.", Treatment.FIX, "has no account"),
        ("The maximum number of entries is reached.", Treatment.FIX, "as many entries as QuickBooks allows"),
        ("Switch to single-user mode first.", Treatment.FIX, "only in single-user mode"),
        ("You do not have permission to do this.", Treatment.FIX, "no permission"),
        ("This feature is not enabled.", Treatment.FIX, "needs a feature that is off"),
        ("Something quite different.", Treatment.FIX, "QuickBooks could not save this invoice."),
    ],
)
def test_3180_is_as_many_things_as_quickbooks_has_reasons(reason: str, treatment: Treatment, happened: str) -> None:
    found = entry(3180, request="InvoiceAddRq", message=saying(reason))

    assert happened in found.what_happened
    assert found.treatment is treatment
    assert found.applied is Applied.NO


def test_the_reasons_are_told_apart_without_regard_to_capitals_and_line_breaks() -> None:
    assert entry(3180, message="THE CREDIT\n LIMIT IS EXCEEDED").title == "Over the credit limit"


def test_the_first_reason_that_fits_wins() -> None:
    both = saying("The credit limit list is locked and in use by another user.")

    assert entry(3180, message=both).treatment is Treatment.LATER


def test_what_quickbooks_quotes_is_not_its_reason() -> None:
    named_like_a_reason = 'There was an error when saving a Customers list, element "Permission Films Inc".'

    assert entry(3180, request="CustomerAddRq", message=named_like_a_reason).title == "Cannot be saved"


def test_the_list_that_was_to_be_saved_is_not_the_reason() -> None:
    saving_a_tax_item = saying("The initials are already in use.", what='Sales Tax Item list, element "Oak County"')

    assert entry(3180, request="ItemSalesTaxAddRq", message=saving_a_tax_item).treatment is Treatment.LOOK_UP_NAME


def test_a_word_is_found_at_its_beginning_only() -> None:
    assert entry(3180, message=saying("The line is blocked.")).treatment is Treatment.FIX


def test_a_duplicate_entry_of_a_list_is_offered_to_be_linked_and_a_duplicate_document_is_not() -> None:
    message = saying("The initials already exists.", what="SalesRep list")

    assert entry(3180, request="SalesRepAddRq", message=message).offers[0] is Offer.LINK
    assert Offer.LINK not in entry(3180, request="InvoiceAddRq", message=message).offers
    assert Offer.LINK not in entry(3180, request="SalesRepModRq", message=message).offers


def test_an_account_number_in_use_is_not_a_name_in_use() -> None:
    message = saying("The account number is already in use.", what='Account list, element "Sales"')

    found = entry(3180, request="AccountAddRq", message=message)

    assert found.what_happened == "QuickBooks already has an account with this number."
    assert found.treatment is Treatment.FIX


@pytest.mark.parametrize(
    ("code", "request_name", "message"),
    [
        (3170, "DataExtModRq", "QuickBooks error message: This list has been modified by another user."),
        (
            3185,
            "TxnVoidRq",
            "QuickBooks error message: The transaction could not be locked.  It is in use by another user.",
        ),
        (3160, "TxnDelRq", "QuickBooks error message: The transaction could not be locked."),
    ],
)
def test_a_lock_is_waited_for_wherever_it_is_met(code: int, request_name: str, message: str) -> None:
    assert entry(code, request=request_name, message=message).treatment is Treatment.LATER


def test_an_entry_in_use_by_transactions_is_not_a_lock() -> None:
    in_use = "Cannot delete the object.  QuickBooks error message: The list element is in use."

    found = entry(3160, request="ListDelRq", message=in_use)

    assert found.treatment is Treatment.FIX
    assert "Make it inactive" in found.what_to_do


def test_a_deposited_payment_says_which_deposit_stands_in_the_way() -> None:
    message = "QuickBooks error message: You need to delete this transaction from the deposit before you can edit it."

    assert "is already part of a deposit" in entry(3170, request="ReceivePaymentModRq", message=message).what_happened


@pytest.mark.parametrize("code", [500, 3120])
@pytest.mark.parametrize("request_name", ["CustomerModRq", "InvoiceModRq"])
def test_what_is_gone_on_a_change_is_offered_to_be_created_again(code: int, request_name: str) -> None:
    found = entry(code, request=request_name)

    assert found.treatment is Treatment.GONE
    assert found.applied is Applied.NO
    assert found.offers[0] is Offer.CREATE_AGAIN
    assert (Offer.LINK in found.offers) == (request_name == "CustomerModRq")


@pytest.mark.parametrize("code", [500, 3120])
@pytest.mark.parametrize("request_name", ["ListDelRq", "TxnDelRq", "TxnVoidRq"])
def test_what_is_gone_on_a_deletion_needs_nothing_more(code: int, request_name: str) -> None:
    found = entry(code, request=request_name)

    assert found.treatment is Treatment.GONE
    assert found.offers == (Offer.SKIP,)
    assert "Nothing is left to delete" in found.what_to_do


def test_what_is_gone_in_a_reference_is_a_missing_reference() -> None:
    found = entry(
        3120,
        request="ReceivePaymentAddRq",
        message='Object "1C9684-1783534817" specified in the request cannot be found.',
    )

    assert found.treatment is Treatment.WAIT_OR_CREATE
    assert found.what_happened == "Something that this payment needs is not in QuickBooks."


def test_a_missing_name_in_a_query_is_an_answer_and_not_a_failure() -> None:
    found = entry(500, request="CustomerQueryRq")

    assert found.treatment is Treatment.DONE
    assert found.applied is Applied.NOT_APPLICABLE
    assert found.offers == ()


def test_500_on_an_add_is_looked_up_because_nobody_knows_what_it_leaves_behind() -> None:
    assert entry(500, request="InvoiceAddRq").treatment is Treatment.PROBE


def test_a_taken_name_is_linked_on_an_add_and_changed_on_a_change() -> None:
    assert entry(3100, request="CustomerAddRq").treatment is Treatment.LOOK_UP_NAME
    assert entry(3100, request="CustomerModRq").treatment is Treatment.FIX
    assert Offer.LINK not in entry(3100, request="CustomerModRq").offers


def test_only_people_and_companies_share_one_set_of_names() -> None:
    assert "share one set of names" in entry(3100, request="VendorAddRq").what_to_do
    assert "share one set of names" not in entry(3100, request="ItemServiceAddRq").what_to_do


def test_a_feature_that_is_off_is_named_by_the_document() -> None:
    assert "Premier or Enterprise" in entry(3250, request="SalesOrderAddRq").what_to_do
    assert "Items & Inventory" in entry(3250, request="ItemInventoryAddRq").what_to_do
    assert entry(3250, request="EstimateAddRq").what_happened.startswith("This estimate needs a feature")


def test_a_colon_in_a_name_is_said_to_be_one() -> None:
    message = (
        'There was an error when storing "Incorrect : Name" in the "customer name" field.  QuickBooks error message: '
        "Names in this list cannot contain a colon."
    )

    assert explain(3090, request="CustomerAddRq", message=message).what_happened == (
        'The name "Incorrect : Name" has a colon in it.'
    )


def test_who_has_to_act_follows_the_reason() -> None:
    assert entry(3180, message="The books are closed.").actor is Actor.QUICKBOOKS_ADMINISTRATOR
    assert entry(3180, message="The list is locked.").actor is Actor.NOBODY
    assert entry(3180, message="The credit limit is exceeded.").actor is Actor.ACCOUNTANT
