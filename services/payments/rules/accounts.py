"""The accounts of the ledger and what each step of a run moves between them (会计分录).

Owed: expense → payable when a run is approved. Money: treasury → fund when finance provides it,
payable → in transit when the bank gets the file, in transit → fund when paid, in transit →
payable when it comes back, fund → payable when it comes back after it was called paid. What was
paid too much: receivable → expense; what is kept for it of later money: payable → receivable.
"""

from enum import StrEnum


class Account(StrEnum):
    """An account of the ledger."""

    TREASURY = "treasury"
    FUND = "fund"
    EXPENSE = "expense"
    PAYABLE = "payable"
    IN_TRANSIT = "in_transit"
    RECEIVABLE = "receivable"


ACCOUNT_ZH = {
    Account.TREASURY: "财政拨款",
    Account.FUND: "发放专户",
    Account.EXPENSE: "补助支出",
    Account.PAYABLE: "应付补助",
    Account.IN_TRANSIT: "银行在途",
    Account.RECEIVABLE: "应收多发款",
}


class Cause(StrEnum):
    """Why money moved in the books; the pair of accounts follows from it."""

    DECIDED = "decided"
    OVERPAID = "overpaid"
    FUNDED = "funded"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    REVERSED = "reversed"
    NETTED = "netted"
    RECOVERED = "recovered"
    WAIVED = "waived"


POSTINGS: dict[Cause, tuple[Account, Account]] = {
    Cause.DECIDED: (Account.EXPENSE, Account.PAYABLE),
    Cause.OVERPAID: (Account.RECEIVABLE, Account.EXPENSE),
    Cause.FUNDED: (Account.FUND, Account.TREASURY),
    Cause.SENT: (Account.PAYABLE, Account.IN_TRANSIT),
    Cause.PAID: (Account.IN_TRANSIT, Account.FUND),
    Cause.RETURNED: (Account.IN_TRANSIT, Account.PAYABLE),
    Cause.REVERSED: (Account.FUND, Account.PAYABLE),
    Cause.NETTED: (Account.PAYABLE, Account.RECEIVABLE),
    Cause.RECOVERED: (Account.FUND, Account.RECEIVABLE),
    Cause.WAIVED: (Account.EXPENSE, Account.RECEIVABLE),
}
