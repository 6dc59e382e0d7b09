# SPDX-License-Identifier: MIT
"""A headless Chromium by its debugging pipe: JSON with a NUL behind it, on
descriptors 3 (to it) and 4 (from it)."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import time
from typing import Any

PROGRAM = shutil.which("chromium")
SECONDS = 30.0
SIZES = {"phone": (390, 844), "desktop": (1280, 800), "old": (800, 600)}


class Chrome:
    """One window.  Trusts any certificate: names are not its business."""

    def __init__(self, folder: pathlib.Path) -> None:
        assert PROGRAM is not None
        to_read, self.to = os.pipe()
        self.come, from_write = os.pipe()
        self.number = 0
        self.inbox = b""
        self.session = ""
        self.refused: list[str] = []

        def place() -> None:
            os.dup2(to_read, 13)
            os.dup2(from_write, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run",
             "--ignore-certificate-errors", "--remote-debugging-pipe",
             f"--user-data-dir={folder}", "about:blank"],
            preexec_fn=place, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        pages = [t for t in self.ask("Target.getTargets")["targetInfos"]
                 if t["type"] == "page"]
        self.session = self.ask("Target.attachToTarget", flatten=True,
                                targetId=pages[0]["targetId"])["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)
        os.close(self.to)
        os.close(self.come)

    # ---- the pipe ----
    def take(self, end: float) -> dict[str, Any]:
        while b"\0" not in self.inbox:
            ready, _, _ = select.select([self.come], [], [],
                                        max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            more = os.read(self.come, 1 << 20)
            assert more, "the browser is gone"
            self.inbox += more
        text, self.inbox = self.inbox.split(b"\0", 1)
        message = json.loads(text)
        if message.get("method") == "Log.entryAdded":
            entry = message["params"]["entry"]
            if entry["level"] == "error" and entry["source"] == "security":
                self.refused.append(entry["text"])
        return message

    def ask(self, method: str, **params: Any) -> Any:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + SECONDS
        while True:
            got = self.take(end)
            if got.get("id") == self.number:
                assert "error" not in got, got
                return got["result"]

    def run(self, script: str) -> Any:
        got = self.ask("Runtime.evaluate", expression=script,
                       returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    # ---- what a person does ----
    def loaded(self, done: str) -> None:
        """The page before is marked; wait for one that is not, and ready."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                if self.run(f"!window.{done} && "
                            "document.readyState == 'complete'"):
                    return
            except AssertionError:
                pass    # between two pages
            time.sleep(0.02)
        raise AssertionError("the page does not come")

    def go(self, url: str) -> None:
        self.run("window.before = true")
        got = self.ask("Page.navigate", url=url)
        assert "errorText" not in got, got
        self.loaded("before")

    def focused(self) -> str:
        """What the keyboard goes to, as a person would name it."""
        return str(self.run(
            "(e => e.labels && e.labels.length ? e.labels[0].innerText :"
            " (e.value || e.innerText || ''))(document.activeElement)"))

    def key(self, name: str) -> None:
        code = {"Tab": 9, "Enter": 13}[name]
        text = {"text": "\r"} if name == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                     windowsVirtualKeyCode=code, **text)

    def fill(self, **fields: str) -> None:
        """By keyboard alone: Tab until the label is there, then type."""
        for label, text in fields.items():
            self.reach(label)
            self.run("document.activeElement.select()")
            self.ask("Input.insertText", text=text)

    def reach(self, label: str) -> None:
        label = label.replace("_", " ")
        for _ in range(40):
            if self.focused().startswith(label):
                return
            self.key("Tab")
        raise AssertionError(f"no key leads to {label!r}")

    def press(self, name: str) -> None:
        """Enter on a button or link."""
        self.reach(name)
        self.run("window.before = true")
        self.key("Enter")
        self.loaded("before")

    # ---- how it looks ----
    def look(self, size: str, dark: bool = False) -> None:
        width, height = SIZES[size]
        self.ask("Emulation.setDeviceMetricsOverride", width=width,
                 height=height, deviceScaleFactor=1, mobile=size == "phone")
        self.ask("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}])

    def picture(self, path: pathlib.Path) -> None:
        got = self.ask("Page.captureScreenshot", format="png",
                       captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(got["data"]))
