"""The bridge's side of browsers we cannot run here, in Node where there is one."""

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="no node on this machine: the bridge is tried in Chromium only")
def test_the_bridge_keeps_its_promises_in_other_browsers() -> None:
    tests = Path(__file__).with_name("bridge.test.mjs")
    done = subprocess.run([str(NODE), "--test", str(tests)], capture_output=True, text=True, timeout=60)  # noqa: S603  # our own file
    assert done.returncode == 0, done.stdout + done.stderr
