"""Starts the server of `endpoint_server.py` and hears what it reports."""

from __future__ import annotations

import ipaddress
import json
import queue
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.policy import EndpointPolicy

SERVER = Path(__file__).with_name("endpoint_server.py")


class Server:
    """The child process and what it reports."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, str(SERVER), *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self._events: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        first = self.wait_for("listening")
        self.port, self.trap_port = first["port"], first["trap_port"]

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._events.put(json.loads(line))

    def wait_for(self, event: str, timeout_s: float = 20.0, **fields: Any) -> dict[str, Any]:
        """The next report of that event with those fields; an earlier request's end may be reported late."""
        wanted = {"event": event, **fields}
        while not wanted.items() <= (found := self._events.get(timeout=timeout_s)).items():
            pass
        return found

    def take(self) -> list[dict[str, Any]]:
        """What it reported since the last call."""
        found: list[dict[str, Any]] = []
        while not self._events.empty():
            found.append(self._events.get())
        return found

    def policy(self, model: str, scheme: str = "http") -> EndpointPolicy:
        return EndpointPolicy(
            allowed=True,
            url=f"{scheme}://127.0.0.1:{self.port}/v1",
            model=model,
            connect_timeout_s=5.0,
            first_token_timeout_s=10.0,
            next_token_timeout_s=10.0,
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its private key."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "endpoint test")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate_file, key_file
