"""The real window and the web: nothing leaves before the button is pressed, and what comes back opens as a page.

The window runs in a mount namespace of its own, whose /etc has the policy file of the test and is else the real one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.web.web_server import WebServer
from tests.flows import test_web
from tests.flows.running import Jinpan
from tests.flows.test_endpoint import NAMESPACE, WITH_POLICY, has_namespaces

pytestmark = pytest.mark.skipif(
    not has_namespaces(), reason="this machine does not let us mount anything in a namespace"
)
branch, server = test_web.branch, test_web.server


def test_consent_answer_snapshot(
    branch: tuple[Jinpan, Path],
    server: WebServer,
    law_home: tuple[Path, Path],
    display: dict[str, str],
    tmp_path: Path,
) -> None:
    assert branch[0].rows("web", "on")[-1]["switched_on"]
    script = str(Path(__file__).with_name("web_session.py"))
    command = [*NAMESPACE, "sh", "-c", WITH_POLICY, "sh", str(tmp_path), sys.executable, script]
    command += [str(tmp_path / "home"), str(law_home[1]), test_web.QUESTION, str(tmp_path)]
    with subprocess.Popen(
        command, env=display, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as window:
        assert window.stdout is not None
        asks = json.loads(window.stdout.readline() or "{}")
        sent_before_consent = list(server.asked)
        told, complaints = window.communicate("go\n", timeout=300)
    assert window.returncode == 0, complaints[-3000:]
    assert asks == {"asks": test_web.QUESTION} and not sent_before_consent
    seen = json.loads(told.splitlines()[-1])
    assert not seen["found_at_home"] and seen["found"] and "0.37%" in seen["answer"]
    (citation,) = seen["citations"]
    assert citation["rung"] == "web" and citation["web"]["url"] == server.url("/rates")
    assert seen["coloured"], "a page of the web has a colour of its own"
    assert [asked.path.partition("?")[0] for asked in server.asked] == ["/sx/search", "/rates"]
    assert seen["answer.pdf"] and seen["answer.docx"]
    saved = (tmp_path / "answer.md").read_text(encoding="utf-8")
    assert "0.37%" in saved and server.url("/rates") in saved and saved.count("内容由人工智能生成") >= 2
    assert seen["joined"] and seen["warnings"] == []
