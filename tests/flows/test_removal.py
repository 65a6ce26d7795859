"""The library with the real engine: a removal that was not undone ends with the program; a collection is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.api import AskRequest, CancelToken, Engine, Rejection, RequestRejected, load_settings

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("crash", [False, True])
def test_a_removal_is_completed_by_the_end_of_the_program_or_by_the_next_start(
    law_home: tuple[Path, Path], tmp_path: Path, crash: bool
) -> None:
    home = tmp_path / "home"
    shutil.copytree(law_home[0], home)
    settings = load_settings(home, passphrase_file=law_home[1])
    engine = Engine.open(settings)
    question = "存款保险最高偿付限额是多少？"
    gone = next(document for document in engine.documents() if "存款保险" in document.name)
    assert gone.document_id in {passage.document_id for passage in engine.search(question)}
    engine.library.set_aside([gone.document_id])
    assert gone.document_id not in {passage.document_id for passage in engine.search(question)}
    if crash:
        engine._knowledge.close()  # what a killed process leaves: nothing of `Engine.close` has run
    else:
        engine.close()

    with Engine.open(settings) as engine:
        list(engine.prepare())
        with engine._knowledge._ledger.reading() as db:
            left = db.execute("SELECT count(*) FROM documents WHERE document_id = ?", (gone.document_id,)).fetchone()
        assert left == (0,)
        assert [document.name for document in engine.documents()] == ["人民币管理条例(2018-03-19).pdf"]
        assert gone.document_id not in {passage.document_id for passage in engine.search(question)}


def test_a_collection_that_is_gone_is_not_asked(law_home: tuple[Path, Path]) -> None:
    with Engine.open(load_settings(law_home[0], passphrase_file=law_home[1])) as engine:
        with pytest.raises(RequestRejected) as refused:
            list(engine.ask(AskRequest("存款保险最高偿付限额是多少？", collection="none"), CancelToken()))
        assert refused.value.code == Rejection.COLLECTION_UNKNOWN
