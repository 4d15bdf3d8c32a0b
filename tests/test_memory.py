"""Memory that was freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In a process of its own, whose heap nobody else has used. Blocks too small to be mapped one by
# one, every second of which is freed but for the last, leave holes that only a trim gives back.
HOLES = """
import ctypes
from stance.memory import FreedMemory, _resident
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
freed = FreedMemory()
freed.give_back()
before = _resident()
size = 64 * 2**10
def filled(n):
    blocks = [libc.malloc(size) for _ in range(n)]
    for block in blocks:
        ctypes.memset(block, 1, size)
    return blocks
blocks = filled({blocks})
for block in blocks[:-1]:
    libc.free(block)
held = _resident()
freed.give_back()
print(held - before, _resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc gives memory back when asked")
@pytest.mark.parametrize(("mib", "given_back"), [(200, True), (50, False)])
def test_freed_memory_goes_back_once_there_is_much_of_it(mib: int, given_back: bool) -> None:
    code = HOLES.replace("{blocks}", str(mib * 16))
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    held, after = (int(n) / 2**20 for n in ran.stdout.split())
    assert held > 0.9 * mib, "the holes are there"
    assert (after < 0.1 * mib) is given_back
