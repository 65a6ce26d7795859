"""The ledger's tables and how an older ledger becomes a new one. `PRAGMA user_version` counts the steps taken."""

from __future__ import annotations

from typing import Any

from engine.errors import EnvironmentFault, Fault

Connection = Any
"""An apsw.Connection; its stubs name a type that Python 3.11 does not have, so that strict checking rejects them."""

VISIBLE = 1
HIDDEN = 0  # being removed: no longer found or shown, its rows about to be erased
STAGED = 2  # of a knowledge pack that is not complete yet: neither found nor shown
REMOVED = 4  # removed by the user, who may still undo it: neither found nor shown; erased for good at the next start
SNAPSHOT = 3  # a page read on the web: opened by its id as long as it is kept, neither searched nor listed
VISIBLE_ONES, SNAPSHOTS = "visible", "snapshots"  # views of documents in those states

# `number` and `row` are never used twice: the index refers to them, so that it says nothing about the documents.
_V1 = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL, source_path TEXT NOT NULL,
    rung TEXT NOT NULL, status TEXT NOT NULL, page_count INTEGER NOT NULL, chunk_count INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL, added_at TEXT NOT NULL, failures TEXT NOT NULL, state INTEGER NOT NULL);
CREATE UNIQUE INDEX visible_documents ON documents(document_id) WHERE state = 1;
CREATE VIEW visible AS SELECT * FROM documents WHERE state = 1;
CREATE TABLE originals(
    number INTEGER NOT NULL REFERENCES documents, part INTEGER NOT NULL, bytes BLOB NOT NULL,
    UNIQUE(number, part));
CREATE TABLE pages(
    number INTEGER NOT NULL REFERENCES documents, page_no INTEGER NOT NULL, kind TEXT NOT NULL,
    width_pt REAL NOT NULL, height_pt REAL NOT NULL, reason TEXT NOT NULL, line_starts BLOB NOT NULL,
    text TEXT NOT NULL, char_boxes BLOB NOT NULL,
    UNIQUE(number, page_no));
CREATE TABLE chunks(
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL REFERENCES documents, chunk_id TEXT NOT NULL, page_no INTEGER NOT NULL,
    ordinal INTEGER NOT NULL, heading_path TEXT NOT NULL, spans TEXT NOT NULL, text TEXT NOT NULL,
    vector BLOB NOT NULL);
CREATE INDEX chunks_of_document ON chunks(number);
"""

# Versions of one document share a family; of those with a date the latest is the current one. A view is the PDF that a
# document of another format, or a locked one, is shown as.
_V2 = """
ALTER TABLE documents ADD COLUMN format TEXT NOT NULL DEFAULT 'pdf';
ALTER TABLE documents ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN pack TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN own INTEGER NOT NULL DEFAULT 0; -- the branch took in the same bytes itself
CREATE INDEX visible_families ON documents(family, version) WHERE state = 1 AND family <> '';
DROP VIEW visible;
CREATE VIEW visible AS SELECT d.*, coalesce((
    SELECT newer.document_id FROM documents newer
    WHERE newer.state = 1 AND newer.family <> '' AND newer.family = d.family
    AND d.version <> '' AND newer.version > d.version
    ORDER BY newer.version DESC LIMIT 1), '') AS superseded_by
FROM documents d WHERE d.state = 1;
CREATE TABLE views(
    number INTEGER NOT NULL REFERENCES documents, part INTEGER NOT NULL, bytes BLOB NOT NULL,
    UNIQUE(number, part));
CREATE TABLE watched_folders(path TEXT PRIMARY KEY, added_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE watched_files(
    path TEXT PRIMARY KEY, folder TEXT NOT NULL REFERENCES watched_folders, size_bytes INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL, document_id TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE knowledge_packs(
    pack TEXT PRIMARY KEY, title TEXT NOT NULL, version TEXT NOT NULL, publisher TEXT NOT NULL,
    signer TEXT NOT NULL, installed_at TEXT NOT NULL) WITHOUT ROWID;
"""

# A page read on the web has no chunks. The outbound requests are those of the web search; none is ever taken out.
# The entries of the audit log are a chain (`audit.py`); `audit_checkpoint` is where it begins after a purge.
_V3 = """
CREATE TABLE audit_entries(
    sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, conversation TEXT NOT NULL,
    sources TEXT NOT NULL, facts TEXT NOT NULL, commitment TEXT NOT NULL, mac TEXT NOT NULL);
CREATE INDEX audit_conversations ON audit_entries(conversation) WHERE conversation <> '';
CREATE TABLE audit_contents(sequence INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE audit_checkpoint(sequence INTEGER PRIMARY KEY, mac TEXT NOT NULL, seal TEXT NOT NULL);
CREATE VIEW snapshots AS SELECT d.*, '' AS superseded_by FROM documents d WHERE d.state = 3;
CREATE INDEX snapshot_documents ON documents(document_id) WHERE state = 3;
CREATE TABLE outbound(
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, purpose TEXT NOT NULL, method TEXT NOT NULL,
    host TEXT NOT NULL, url TEXT NOT NULL, query TEXT NOT NULL, consented INTEGER NOT NULL,
    status INTEGER NOT NULL DEFAULT 0, bytes_in INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '');
"""

# What people make with the assistant: conversations, scores of answers, collections of documents.
# Conversations stand in the order of their `recency`, which no clock can turn back. A turn's `parent` is a turn_id,
# empty for the first one; of those with one parent the one with `chosen` is on screen. `content` is all that the answer
# shows and rests on (`conversations.py`). What is deleted leaves the full-text index at once, not when that is merged.
_V4 = """
CREATE TABLE conversations(
    conversation_id TEXT PRIMARY KEY, title TEXT NOT NULL, pinned INTEGER NOT NULL DEFAULT 0,
    began_at TEXT NOT NULL, changed_at TEXT NOT NULL, recency INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX conversations_in_order ON conversations(pinned, recency);
CREATE TABLE turns(
    number INTEGER PRIMARY KEY AUTOINCREMENT, turn_id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations, parent TEXT NOT NULL, place INTEGER NOT NULL,
    chosen INTEGER NOT NULL, state TEXT NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL,
    answer TEXT NOT NULL, content BLOB NOT NULL);
CREATE INDEX turns_of_conversation ON turns(conversation_id, place);
CREATE TABLE turn_documents(
    document_id TEXT NOT NULL, number INTEGER NOT NULL REFERENCES turns ON DELETE CASCADE,
    PRIMARY KEY(document_id, number)) WITHOUT ROWID;
CREATE INDEX documents_of_turn ON turn_documents(number);
CREATE VIRTUAL TABLE turns_text USING fts5(
    question, answer, content='turns', content_rowid='number', tokenize='trigram');
INSERT INTO turns_text(turns_text, rank) VALUES('secure-delete', 1);
CREATE TRIGGER turn_added AFTER INSERT ON turns BEGIN
    INSERT INTO turns_text(rowid, question, answer) VALUES(new.number, new.question, new.answer);
END;
CREATE TRIGGER turn_gone AFTER DELETE ON turns BEGIN
    INSERT INTO turns_text(turns_text, rowid, question, answer)
    VALUES('delete', old.number, old.question, old.answer);
END;
CREATE TRIGGER turn_changed AFTER UPDATE OF question, answer ON turns BEGIN
    INSERT INTO turns_text(turns_text, rowid, question, answer)
    VALUES('delete', old.number, old.question, old.answer);
    INSERT INTO turns_text(rowid, question, answer) VALUES(new.number, new.question, new.answer);
END;
-- One score per answer; `citations` hold document_ids. Of earlier scores their figures are kept, no text.
CREATE TABLE feedback(
    turn_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
    citations TEXT NOT NULL, pack TEXT NOT NULL, generated INTEGER NOT NULL, thumb TEXT NOT NULL,
    score INTEGER NOT NULL, reasons TEXT NOT NULL, comment TEXT NOT NULL, better_answer TEXT NOT NULL,
    asked_at TEXT NOT NULL, scored_at TEXT NOT NULL, consent INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX feedback_conversations ON feedback(conversation_id);
CREATE TABLE feedback_changes(
    number INTEGER PRIMARY KEY AUTOINCREMENT, turn_id TEXT NOT NULL, scored_at TEXT NOT NULL,
    thumb TEXT NOT NULL, score INTEGER NOT NULL, reasons TEXT NOT NULL);
CREATE INDEX changes_of_feedback ON feedback_changes(turn_id);
-- Documents that belong together; a document may be in several. What is taken in is remembered until it is done:
-- `began` counts how often the work on it was begun and broken off by a crash, `reason` is why it failed.
CREATE TABLE collections(
    collection_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE collection_documents(
    collection_id TEXT NOT NULL REFERENCES collections ON DELETE CASCADE, document_id TEXT NOT NULL,
    PRIMARY KEY(collection_id, document_id)) WITHOUT ROWID;
CREATE INDEX collections_of_document ON collection_documents(document_id);
CREATE TABLE intake(
    number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, queued_at TEXT NOT NULL,
    replaces TEXT NOT NULL DEFAULT '', began INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
    details TEXT NOT NULL DEFAULT '{}');
"""

_STEPS = (_V1, _V2, _V3, _V4)
VERSION = len(_STEPS)


def migrate(connection: Connection, path: str) -> None:
    """Bring a ledger up to `VERSION` in one transaction.

    Raises EnvironmentFault LEDGER_TOO_NEW when a newer program has written it.
    """
    version = int(connection.pragma("user_version"))
    if version > VERSION:
        raise EnvironmentFault(Fault.LEDGER_TOO_NEW, path=path, version=version)
    if version == VERSION:
        return
    with connection:
        for step in _STEPS[version:]:
            connection.execute(step)
        connection.pragma("user_version", VERSION)
