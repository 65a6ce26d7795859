"""What a screen reader sees of a window: a client of AT-SPI over D-Bus.

Source: the AT-SPI 2 D-Bus interfaces (org.a11y.atspi.Accessible, Action, Component, Text, Event.Object).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, MatchRule, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

ATSPI = "org.a11y.atspi"
REPLY_S = 10.0
DEEPEST = 40

# Roles and states by their numbers (atspi-constants.h).
ROLES = {
    7: "check box",
    11: "combo box",
    16: "dialog",
    23: "frame",
    27: "icon",
    20: "filler",
    29: "label",
    31: "list",
    32: "list item",
    33: "menu",
    35: "menu item",
    37: "page tab",
    38: "page tab list",
    39: "panel",
    43: "push button",
    44: "radio button",
    48: "scroll bar",
    51: "slider",
    52: "spin button",
    55: "table",
    56: "table cell",
    61: "text",
    62: "toggle button",
    65: "tree",
    79: "entry",
}
FOCUSABLE, FOCUSED, SHOWING = 11, 12, 25


class Bus:
    """A connection to the accessibility bus."""

    def __init__(self) -> None:
        session = open_dbus_connection("SESSION")
        launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        address = session.send_and_get_reply(new_method_call(launcher, "GetAddress")).body[0]
        status = Properties(launcher.with_interface("org.a11y.Status"))
        session.send_and_get_reply(status.set("IsEnabled", "b", True))
        self._session = session
        self.connection: DBusConnection = open_dbus_connection(address)

    def call(self, name: str, path: str, interface: str, method: str, signature: str = "", *body: object) -> Any:
        address = DBusAddress(path, name, f"{ATSPI}.{interface}")
        message = new_method_call(address, method, signature or None, body)
        reply = self.connection.send_and_get_reply(message, timeout=REPLY_S)
        if reply.header.message_type is MessageType.error:
            raise LookupError(reply.body)
        return reply.body

    def value(self, name: str, path: str, interface: str, key: str) -> Any:
        address = DBusAddress(path, name, f"{ATSPI}.{interface}")
        reply = self.connection.send_and_get_reply(Properties(address).get(key), timeout=REPLY_S)
        if reply.header.message_type is MessageType.error:
            raise LookupError(reply.body)
        return reply.body[0][1]

    def listen(self) -> None:
        """From now on every announcement to the user is received; `heard` waits for one."""
        rule = MatchRule(type="signal", interface=f"{ATSPI}.Event.Object", member="Announcement")
        self.connection.send_and_get_reply(message_bus.AddMatch(rule))
        registry = "/org/a11y/atspi/registry"
        self.call(f"{ATSPI}.Registry", registry, "Registry", "RegisterEvent", "sass", "object:announcement", [], "")
        self._heard = self.connection.filter(rule, bufsize=100)

    def heard(self, timeout_s: float) -> str:
        """The words of the next announcement. Raises TimeoutError."""
        with self._heard as queue:
            message = self.connection.recv_until_filtered(queue, timeout=timeout_s)
        return str(message.body[3][1])

    def application(self, name: str, timeout_s: float) -> Node:
        """The root of the application that calls itself so."""
        root = Node(self, f"{ATSPI}.Registry", "/org/a11y/atspi/accessible/root")
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            for child in root.children:
                if child.name == name and child.children:
                    return child
            time.sleep(0.2)
        raise TimeoutError(name)


@dataclass(frozen=True)
class Node:
    """One accessible object."""

    bus: Bus
    owner: str
    path: str

    @property
    def name(self) -> str:
        return str(self.bus.value(self.owner, self.path, "Accessible", "Name"))

    @property
    def role(self) -> str:
        number = self.bus.call(self.owner, self.path, "Accessible", "GetRole")[0]
        return ROLES.get(number, str(number))

    @property
    def children(self) -> list[Node]:
        found = self.bus.call(self.owner, self.path, "Accessible", "GetChildren")[0]
        return [Node(self.bus, owner, path) for owner, path in found]

    def has(self, state: int) -> bool:
        low, high = self.bus.call(self.owner, self.path, "Accessible", "GetState")[0]
        return bool((low | high << 32) >> state & 1)

    @property
    def text(self) -> str:
        return str(self.bus.call(self.owner, self.path, "Text", "GetText", "ii", 0, -1)[0])

    def insert(self, words: str) -> None:
        self.bus.call(self.owner, self.path, "EditableText", "InsertText", "isi", 0, words, len(words))

    def trail(self) -> str:
        """The names of what this lies in, for a message."""
        names: list[str] = []
        node = self
        for _ in range(DEEPEST):
            owner, path = self.bus.value(node.owner, node.path, "Accessible", "Parent")
            if not owner or path.endswith("/null"):
                break
            node = Node(self.bus, owner, path)
            if node.name:
                names.append(node.name.splitlines()[0][:20])
        return " < ".join(names)

    def press(self) -> None:
        self.bus.call(self.owner, self.path, "Action", "DoAction", "i", 0)

    def middle(self) -> tuple[int, int]:
        """On the screen, in pixels."""
        x, y, width, height = self.bus.call(self.owner, self.path, "Component", "GetExtents", "u", 0)[0]
        return x + width // 2, y + height // 2

    def focus(self) -> None:
        self.bus.call(self.owner, self.path, "Component", "GrabFocus")

    def walk(self, depth: int = 0) -> Iterator[Node]:
        """This object and all below it that are showing; what goes away meanwhile is left out."""
        yield self
        if depth < DEEPEST:
            for child in self._showing():
                yield from child.walk(depth + 1)

    def _showing(self) -> list[Node]:
        try:
            return [child for child in self.children if child.has(SHOWING)]
        except LookupError:
            return []

    def find(self, role: str, matches: Callable[[str], bool], timeout_s: float = 20.0) -> Node:
        """The first showing object of this role whose name matches."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            for node in self.walk():
                try:
                    if node.role == role and matches(node.name):
                        return node
                except LookupError:
                    continue  # it has gone meanwhile
            time.sleep(0.3)
        raise TimeoutError(role)
