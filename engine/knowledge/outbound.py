"""Every request that ever left for the web, in the ledger: written before it is sent, finished afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.knowledge.ledger import Ledger
from engine.values import OutboundRequest


class OutboundRecords:
    """Reads and writes the ledger's table `outbound`; no row is ever taken out. Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def begin(self, purpose: str, method: str, host: str, url: str, query: str, consented: bool) -> int:
        """A request is about to be sent; returns its number."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO outbound(at, purpose, method, host, url, query, consented) VALUES(?, ?, ?, ?, ?, ?, ?)",
                (at, purpose, method, host, url, query, consented),
            )
            return int(db.last_insert_rowid())

    def finish(self, number: int, outcome: str, status: int, bytes_in: int) -> None:
        """What became of it: "done", or the Fault why nothing came of it."""
        with self._ledger.writing() as db:
            db.execute(
                "UPDATE outbound SET outcome = ?, status = ?, bytes_in = ? WHERE number = ?",
                (outcome, status, bytes_in, number),
            )

    def all(self, limit: int) -> tuple[OutboundRequest, ...]:
        """The last `limit` ones, newest first."""
        with self._ledger.reading() as db:
            rows = db.execute(
                "SELECT at, purpose, method, host, url, query, consented, status, bytes_in, outcome FROM outbound"
                " ORDER BY number DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return tuple(_request(*row) for row in rows)


def _request(
    at: str,
    purpose: str,
    method: str,
    host: str,
    url: str,
    query: str,
    consented: int,
    status: int,
    bytes_in: int,
    outcome: str,
) -> OutboundRequest:
    return OutboundRequest(at, purpose, method, host, url, query, bool(consented), status, bytes_in, outcome)
