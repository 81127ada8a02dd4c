"""The client's own tests, run in Node where there is one."""

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="no node on this machine: the client is tried in the browser only")
def test_the_client_keeps_its_promises_in_node() -> None:
    tests = Path(__file__).with_name("suggestions_client.test.mjs")
    done = subprocess.run([str(NODE), "--test", str(tests)], capture_output=True, text=True, timeout=120)  # noqa: S603 - our own file
    assert done.returncode == 0, done.stdout + done.stderr
