"""Every name that a window, a script or a test may use of the engine, and nothing else: import this module only.

Long jobs are generators of frozen events (`engine.events`); closing the generator or cancelling its token stops it.
Nothing here imports Qt, and nothing heavy is imported before it is needed: the window paints first. Names are
re-exported by importing them `as` themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine import endpoint as endpoint, recovery as recovery
from engine.advice import Advice as Advice, Prediction as Prediction
from engine.answering.phrases import conflict_text as conflict_text
from engine.calculators import (
    Calculator as Calculator,
    Field as Field,
    FieldKind as FieldKind,
    calculation_text as calculation_text,
    calculators as calculators,
    compute as compute,
    from_question as from_question,
)
from engine.cancel import CancelToken as CancelToken
from engine.doctor import (
    Check as Check,
    doctor as doctor,
    known_advice as known_advice,
    recommend_pack as recommend_pack,
)
from engine.errors import (
    BugError as BugError,
    Cancelled as Cancelled,
    DocumentFault as DocumentFault,
    DocumentRejected as DocumentRejected,
    EnvironmentFault as EnvironmentFault,
    Fault as Fault,
    JinpanError as JinpanError,
    Rejection as Rejection,
    RequestRejected as RequestRejected,
)
from engine.events import (
    AnswerFinished as AnswerFinished,
    AnswerWritten as AnswerWritten,
    AuditMissed as AuditMissed,
    ChunksEmbedded as ChunksEmbedded,
    DocumentFailed as DocumentFailed,
    DocumentIndexed as DocumentIndexed,
    DocumentPartiallyIndexed as DocumentPartiallyIndexed,
    DocumentRemoved as DocumentRemoved,
    DocumentStarted as DocumentStarted,
    DraftFinished as DraftFinished,
    DraftStarted as DraftStarted,
    FolderSynced as FolderSynced,
    FolderUnreachable as FolderUnreachable,
    HitsCounted as HitsCounted,
    HitsFound as HitsFound,
    IndexRebuilding as IndexRebuilding,
    IndexRebuilt as IndexRebuilt,
    JobCancelled as JobCancelled,
    JobFailed as JobFailed,
    KnowledgePackInstalled as KnowledgePackInstalled,
    KnowledgePackRemoved as KnowledgePackRemoved,
    ModelLoaded as ModelLoaded,
    ModelLoading as ModelLoading,
    PackBuilt as PackBuilt,
    PackProgress as PackProgress,
    PageParsed as PageParsed,
    PageRecognized as PageRecognized,
    PassagesFound as PassagesFound,
    PathSurveyed as PathSurveyed,
    PromptRead as PromptRead,
    QuestionUnderstood as QuestionUnderstood,
    SectionStarted as SectionStarted,
    SharedMissed as SharedMissed,
    TextDelta as TextDelta,
    WebMissed as WebMissed,
    WebPageRead as WebPageRead,
    WebSearched as WebSearched,
)
from engine.exporting.conversation import ExportedTurn as ExportedTurn
from engine.facade import Engine as Engine
from engine.history import History as History
from engine.knowledge.audit_values import (
    AuditAction as AuditAction,
    AuditEntry as AuditEntry,
    AuditFilter as AuditFilter,
    AuditFinding as AuditFinding,
    AuditReport as AuditReport,
    FindingKind as FindingKind,
)
from engine.knowledge.conversation_values import (
    Conversation as Conversation,
    ConversationHit as ConversationHit,
    ConversationInfo as ConversationInfo,
    StoredFault as StoredFault,
    StoredTurn as StoredTurn,
    TurnContent as TurnContent,
    TurnOutcome as TurnOutcome,
)
from engine.knowledge.feedback_values import (
    HIGHEST_SCORE as HIGHEST_SCORE,
    Feedback as Feedback,
    FeedbackConsent as FeedbackConsent,
    FeedbackExport as FeedbackExport,
    FeedbackReason as FeedbackReason,
    FeedbackSource as FeedbackSource,
    Thumb as Thumb,
)
from engine.labels import VISIBLE_LABEL as VISIBLE_LABEL, labelled as labelled
from engine.options import OPTIONS as OPTIONS, Effect as Effect, Option as Option, Value as Value
from engine.packs import (
    PackInfo as PackInfo,
    build_pack as build_pack,
    build_pack_from_checkpoint as build_pack_from_checkpoint,
    choose_pack as choose_pack,
    list_packs as list_packs,
    missing_packs as missing_packs,
    verify_installed_pack as verify_installed_pack,
)
from engine.proof import (
    Calculation as Calculation,
    Claim as Claim,
    Conflict as Conflict,
    ConflictKind as ConflictKind,
    DraftCheck as DraftCheck,
    Figure as Figure,
    LadderStep as LadderStep,
    StepOutcome as StepOutcome,
    Verdict as Verdict,
    WordingFinding as WordingFinding,
    WordingScope as WordingScope,
)
from engine.quiet import silence_dependencies
from engine.requests import AskRequest as AskRequest, DraftRequest as DraftRequest
from engine.settings import (
    DAMAGED_CHOICES as DAMAGED_CHOICES,
    DEFAULT_GENERATOR as DEFAULT_GENERATOR,
    ENDPOINT as ENDPOINT,
    Lock as Lock,
    ParserLimits as ParserLimits,
    Settings as Settings,
    default_home as default_home,
    load_settings as load_settings,
    locked as locked,
    remember_choices as remember_choices,
)
from engine.storage import Storage as Storage, storage as storage
from engine.values import (
    BUILTIN_PACK as BUILTIN_PACK,
    Box as Box,
    Citation as Citation,
    DocumentFormat as DocumentFormat,
    DocumentInfo as DocumentInfo,
    DocumentStatus as DocumentStatus,
    Hit as Hit,
    Message as Message,
    Original as Original,
    OutboundRequest as OutboundRequest,
    PageAccount as PageAccount,
    PageFailure as PageFailure,
    PageImage as PageImage,
    PageKind as PageKind,
    Passage as Passage,
    Rung as Rung,
    Span as Span,
    Timings as Timings,
    WebPage as WebPage,
    WebProvider as WebProvider,
    WebQuery as WebQuery,
    WebState as WebState,
)
from engine.viewing import Viewing as Viewing, openable as openable
from engine.writing.templates import (
    FieldInput as FieldInput,
    Template as Template,
    TemplateField as TemplateField,
    templates as templates,
)

if TYPE_CHECKING:
    from engine.ingestion.knowledge_packs import KnowledgePackInfo as KnowledgePackInfo
    from engine.knowledge.collections import CollectionInfo as CollectionInfo
    from engine.knowledge.intake import IntakeEntry as IntakeEntry
    from engine.knowledge.sharing import SharedPublished as SharedPublished, SharedState as SharedState

silence_dependencies()


def sample_documents() -> tuple[Path, ...]:
    """The bundled sample PDFs, all written for this product."""
    folder = Path(__file__).parent.parent / "assets" / "samples"
    return tuple(sorted(folder.glob("*.pdf")))


def sample_questions() -> tuple[str, ...]:
    """Questions that the samples answer, one for each; in their language, whatever the window speaks."""
    path = Path(__file__).parent.parent / "assets" / "samples" / "questions.txt"
    return tuple(path.read_text(encoding="utf-8").split())


def new_signing_key(path: Path, passphrase: str) -> str:
    """Head office: a new key to sign knowledge packs with, encrypted in a new file; returns its public half.

    Raises RequestRejected PATH_EXISTS: a key is never overwritten.
    """
    from engine.ingestion import knowledge_packs

    return knowledge_packs.new_signing_key(path, passphrase)
