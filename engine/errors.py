"""Errors as values: a family, a stable code and plain details. Words are made in `desktop/errors.py` only.

    JinpanError
    ├── EnvironmentFault    the machine lacks something (pack, disk, memory, keyring …); exit code 4
    ├── RequestRejected     the request cannot be served as it is (empty question …); exit code 2
    ├── DocumentRejected    one document cannot be taken in; the rest of the batch goes on; exit code 3
    ├── Cancelled           the user stopped the job
    └── BugError            our own mistake; exit code 1, as is any exception outside this tree

All of them pickle, so that the engine can move into a process of its own.
"""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What the machine lacks. Details that each code carries stand behind it."""

    PACK_MISSING = "pack_missing"  # pack
    PACK_DAMAGED = "pack_damaged"  # pack, file
    PACK_UNSUPPORTED = "pack_unsupported"  # pack, architecture
    PACK_LOAD_FAILED = "pack_load_failed"  # pack, reason
    PACK_OUTPUT_INVALID = "pack_output_invalid"  # pack: it computes NaN or infinity
    TOKENIZER_MISMATCH = "tokenizer_mismatch"  # pack, token_id, vocabulary_size: tokenizer and graph disagree
    PACK_BUSY = "pack_busy"  # pack: another build of it is running
    CHECKPOINT_PICKLED = "checkpoint_pickled"  # checkpoint: weights only as pickles that cannot be read safely
    WEIGHTS_UNAVAILABLE = "weights_unavailable"  # package, reason: no network, or the index lacks it
    WEIGHTS_DAMAGED = "weights_damaged"  # file
    DISK_FULL = "disk_full"  # path, needed_bytes, free_bytes
    MEMORY_SHORT = "memory_short"  # needed_bytes, free_bytes
    CPU_UNSUPPORTED = "cpu_unsupported"  # feature
    KERNELS_MISSING = "kernels_missing"
    KEYRING_UNUSABLE = "keyring_unusable"  # reason; a passphrase is needed
    PASSPHRASE_WRONG = "passphrase_wrong"
    KEY_MISSING = "key_missing"  # home: a ledger exists but its keyring entry or its key file is gone
    KEY_FILE_DAMAGED = "key_file_damaged"  # path
    RECOVERY_KEY_NONE = "recovery_key_none"  # home: no recovery key was ever made for it
    HOME_IN_USE = "home_in_use"  # home: another instance holds it
    HOME_UNWRITABLE = "home_unwritable"  # home, reason
    LEDGER_DAMAGED = "ledger_damaged"  # path
    LEDGER_TOO_NEW = "ledger_too_new"  # path, version
    INDEX_EMBEDDER_CHANGED = "index_embedder_changed"  # the index was made by another embedder file
    OCR_UNUSABLE = "ocr_unusable"  # reason: the OCR child cannot be started, or a model file is damaged
    PARSER_UNUSABLE = "parser_unusable"  # reason: the parser child cannot be started at all
    DEPENDENCY_CONFLICT = "dependency_conflict"  # reason: e.g. two onnxruntime distributions
    DISPLAY_MISSING = "display_missing"  # the window was asked for on a machine without a screen
    KNOWLEDGE_PACK_DAMAGED = "knowledge_pack_damaged"  # path, reason
    SHARED_UNREACHABLE = "shared_unreachable"  # name, reason
    SHARED_KEY_MISSING = "shared_key_missing"  # name
    SHARED_KEY_WRONG = "shared_key_wrong"  # name: another key than it was published with
    SHARED_KEY_FILE_INVALID = "shared_key_file_invalid"  # path
    SHARED_EMBEDDER_DIFFERS = "shared_embedder_differs"  # name
    SHARED_NOT_ALLOWED = "shared_not_allowed"  # path: policy names no collection
    KNOWLEDGE_PACK_UNTRUSTED = "knowledge_pack_untrusted"  # path, signer: policy names no such key
    SIGNING_KEY_UNUSABLE = "signing_key_unusable"  # path, reason
    POLICY_INVALID = "policy_invalid"  # path, line, reason: the administrator's file, which fails as a whole
    ENDPOINT_NOT_ALLOWED = "endpoint_not_allowed"  # path: chosen here, but policy does not allow it
    ENDPOINT_KEY_MISSING = "endpoint_key_missing"  # host
    ENDPOINT_KEYRING_UNUSABLE = "endpoint_keyring_unusable"  # reason: a server's key is kept nowhere else
    ENDPOINT_KEY_REFUSED = "endpoint_key_refused"  # host, status
    ENDPOINT_NAME_UNKNOWN = "endpoint_name_unknown"  # host, reason
    ENDPOINT_UNREACHABLE = "endpoint_unreachable"  # host, reason
    ENDPOINT_UNTRUSTED = "endpoint_untrusted"  # host, reason: its certificate cannot be verified
    ENDPOINT_CONNECT_TIMEOUT = "endpoint_connect_timeout"  # host, limit_s
    ENDPOINT_FIRST_TOKEN_TIMEOUT = "endpoint_first_token_timeout"  # host, limit_s
    ENDPOINT_STALLED = "endpoint_stalled"  # host, limit_s: the answer began and then nothing came
    ENDPOINT_BROKEN = "endpoint_broken"  # host, reason: the connection was lost before the answer's end
    ENDPOINT_BUSY = "endpoint_busy"  # host, status
    ENDPOINT_NOT_FOUND = "endpoint_not_found"  # url, model
    ENDPOINT_REDIRECTED = "endpoint_redirected"  # url, status: never followed
    ENDPOINT_FAILED = "endpoint_failed"  # host, status
    ENDPOINT_ANSWER_INVALID = "endpoint_answer_invalid"  # host, reason
    WEB_NOT_ALLOWED = "web_not_allowed"  # path: policy does not allow the web search
    WEB_SWITCHED_OFF = "web_switched_off"  # by the user
    WEB_PROVIDER_MISSING = "web_provider_missing"  # path: allowed, but no search service is
    WEB_KEY_MISSING = "web_key_missing"  # provider, host
    WEB_KEYRING_UNUSABLE = "web_keyring_unusable"  # reason
    WEB_KEY_REFUSED = "web_key_refused"  # host, status
    WEB_UNREACHABLE = "web_unreachable"  # host, reason
    WEB_UNTRUSTED = "web_untrusted"  # host, reason: its certificate cannot be verified
    WEB_TIMEOUT = "web_timeout"  # host, limit_s
    WEB_BUSY = "web_busy"  # host, status
    WEB_FAILED = "web_failed"  # host, status
    WEB_REDIRECTED = "web_redirected"  # host, status: a search is never redirected, a page only so often
    WEB_ANSWER_INVALID = "web_answer_invalid"  # host, reason
    WEB_ADDRESS_REFUSED = "web_address_refused"  # host, reason: it is not a public address
    WEB_SITE_BLOCKED = "web_site_blocked"  # host: by policy
    WEB_TOO_LARGE = "web_too_large"  # host, limit_bytes
    WEB_TYPE_REFUSED = "web_type_refused"  # host, type: neither a web page nor plain text nor PDF
    WEB_NOTHING_FOUND = "web_nothing_found"  # host
    WEB_PAGES_UNREADABLE = "web_pages_unreadable"  # pages: none of those found could be read
    LIBRARY_MISSING = "library_missing"  # library: a system library that the window needs


class Rejection(StrEnum):
    """Why a request cannot be served as it is."""

    QUESTION_EMPTY = "question_empty"
    QUESTION_TOO_LONG = "question_too_long"  # limit, length (characters)
    CONTEXT_OVERFLOW = "context_overflow"  # limit, length (tokens)
    RECOVERY_KEY_INCOMPLETE = "recovery_key_incomplete"  # length, expected (characters)
    RECOVERY_KEY_MISTYPED = "recovery_key_mistyped"  # groups: their numbers from 1
    RECOVERY_KEY_WRONG = "recovery_key_wrong"  # typed well, and of another home or an older one
    PASSPHRASE_NOT_USED = "passphrase_not_used"  # the home is locked by the system's keyring
    HOME_EMPTY = "home_empty"  # home: no library has been made there
    DOCUMENT_UNKNOWN = "document_unknown"  # document_id
    CONVERSATION_UNKNOWN = "conversation_unknown"  # conversation_id
    PAGE_UNKNOWN = "page_unknown"  # document_id, page_no
    KNOWLEDGE_PACK_UNKNOWN = "knowledge_pack_unknown"  # pack
    KNOWLEDGE_PACK_OLDER = "knowledge_pack_older"  # pack, version, installed: it would go back
    KNOWLEDGE_PACK_FIXED = "knowledge_pack_fixed"  # pack: it ships with the program
    DOCUMENT_OF_PACK = "document_of_pack"  # document_id, pack: it goes with its pack only
    PATH_EXISTS = "path_exists"  # path: would be overwritten
    PATH_MISSING = "path_missing"  # path
    COLLECTION_UNKNOWN = "collection_unknown"  # collection_id
    COLLECTION_EXISTS = "collection_exists"  # name
    COLLECTION_NAME_INVALID = "collection_name_invalid"  # length, limit (characters): empty or too long
    WEB_QUERY_PERSONAL = "web_query_personal"  # kinds: it still holds personal data; nothing was sent
    WEB_QUERY_TOO_LONG = "web_query_too_long"  # limit, length (characters)
    OPTION_INVALID = "option_invalid"  # option, value
    WATCHING_OFF = "watching_off"  # watched folders are switched off, by the user or by policy
    OPTION_FIXED = "option_fixed"  # option, path: policy fixes it
    TEMPLATE_INVALID = "template_invalid"  # path, reason: not a chat template file


class DocumentFault(StrEnum):
    """Why one document, or one page of it, cannot be taken in."""

    EMPTY_FILE = "empty_file"
    NOT_A_PDF = "not_a_pdf"
    CONTENT_MISMATCH = "content_mismatch"  # suffix: the content is not what the name says
    ENCRYPTED = "encrypted"
    PASSWORD_WRONG = "password_wrong"
    BROKEN = "broken"
    NO_PAGES = "no_pages"
    NO_TEXT = "no_text"  # every page is a scan or blank
    SCANNED_PAGE = "scanned_page"  # page level: an image without a text layer
    GARBLED_TEXT = "garbled_text"  # page level: the text layer's characters are not those that are printed
    OCR_FAILED = "ocr_failed"  # page level: its image could not be read, or nothing on it is legible
    OCR_TIMEOUT = "ocr_timeout"  # page level
    OCR_UNUSABLE = "ocr_unusable"  # page level: text recognition does not run on this machine
    PAGE_BROKEN = "page_broken"  # page level
    PAGE_TIMEOUT = "page_timeout"  # page level
    TOO_LARGE = "too_large"  # size_bytes, limit_bytes
    TOO_MANY_PAGES = "too_many_pages"  # pages, limit
    TIMEOUT = "timeout"  # limit_s
    MEMORY = "memory"  # the parser child hit its memory limit
    PARSER_CRASHED = "parser_crashed"  # exit_code
    VANISHED = "vanished"  # file gone between drop and read
    UNREADABLE = "unreadable"  # permission denied, locked by another program
    UNSUPPORTED = "unsupported"  # suffix


class JinpanError(Exception):
    """Base of all errors that the engine raises on purpose.

    `code` is a stable name, `details` hold what a sentence about it needs (names, limits with units in
    the key, never document text).
    """

    def __init__(self, code: str, **details: str | int | float) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), str(self.code), self.details))

    def __str__(self) -> str:
        parts = " ".join(f"{key}={value}" for key, value in self.details.items())
        return f"{self.code} {parts}".strip()


def _rebuild(kind: type[JinpanError], code: str, details: dict[str, str | int | float]) -> JinpanError:
    return kind(code, **details)


class EnvironmentFault(JinpanError):
    """The machine lacks something; `code` is one of `Fault`."""


class RequestRejected(JinpanError):
    """The request cannot be served as it is; `code` is one of `Rejection`."""


class DocumentRejected(JinpanError):
    """One document cannot be taken in; `code` is one of `DocumentFault`."""


class Cancelled(JinpanError):
    """The user stopped the job."""

    def __init__(self, code: str = "cancelled", **details: str | int | float) -> None:
        super().__init__(code, **details)


class BugError(JinpanError):
    """Our own mistake, e.g. a broken invariant."""
