"""Bank files and sheets: rows, trailer, digest, and cells no spreadsheet takes for a formula.

The remark of a bank row is a neutral code: no category, no benefit, no condition of a child is
ever on a bank statement.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

REMARK = "BT01"
HEADER = ("seq", "name", "account", "bank_code", "amount", "remark")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: Any) -> str:
    """A cell that a spreadsheet shows and never runs (公式注入)."""
    text = "" if value is None else str(value)
    text = text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    return f"'{text}" if text.lstrip().startswith(DANGEROUS) else text


@dataclass(frozen=True, slots=True)
class BankRow:
    """One payment as the bank reads it."""

    number: int
    name: str
    account: str
    bank_code: str
    amount: Decimal


class BankSheet:
    """A file written row by row; count, sum and digest grow with it and memory does not."""

    def __init__(self, run: str, month: str, bank_code: str) -> None:
        self.head = f"#batch,{run},{month},{bank_code}\n"
        self.rows, self.total = 0, Decimal("0.00")
        self._digest = hashlib.sha256()

    def begin(self) -> bytes:
        """The head of the file."""
        return self._count(self.head + ",".join(HEADER) + "\n")

    def chunk(self, rows: Iterable[BankRow]) -> bytes:
        """Some rows as bytes."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for row in rows:
            self.rows += 1
            self.total += row.amount
            writer.writerow(
                (row.number, safe(row.name), safe(row.account), safe(row.bank_code),
                 f"{row.amount:.2f}", REMARK)
            )  # fmt: skip
        return self._count(out.getvalue())

    def end(self) -> bytes:
        """The trailer: count, sum, digest of everything before it."""
        text = f"#end,{self.rows},{self.total:.2f},{self._digest.hexdigest()}\n"
        return text.encode()

    def sha256(self) -> str:
        """The digest so far."""
        return self._digest.hexdigest()

    def _count(self, text: str) -> bytes:
        data = text.encode()
        self._digest.update(data)
        return data


class Unreadable(ValueError):
    """A return file that cannot be read; the message names the row."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What the bank says became of one row."""

    number: int
    state: str
    reason: str


STATES = {
    "paid": "paid", "ok": "paid", "success": "paid", "成功": "paid", "已付": "paid", "0000": "paid",
    "returned": "returned", "failed": "returned", "退票": "returned", "失败": "returned",
}  # fmt: skip


def read_returns(text: str) -> Iterator[Returned]:
    """The rows `seq,status,reason` of a return file; Unreadable names the first bad one."""
    for index, row in enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), start=1):
        if not row or row[0].startswith("#") or row[0].strip().lower() == "seq":
            continue
        if len(row) < 2 or not row[0].strip().isdigit():
            raise Unreadable(f"row {index}")
        state = STATES.get(row[1].strip().lower())
        if state is None:
            raise Unreadable(f"row {index}: status")
        reason = row[2].strip()[:100] if len(row) > 2 else ""
        yield Returned(int(row[0]), state, reason)
