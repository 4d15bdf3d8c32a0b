"""Word embeddings in 4-bit blocks, expanded for the tokens at hand.

A block holds 32 weights in 18 bytes: an fp16 scale (little endian), then 16 bytes whose low nibbles
are weights 0-15 and whose high nibbles weights 16-31; a weight is ``(nibble - 8) * scale``. A text
uses few of the words of a multilingual vocabulary: to keep the blocks, and expand what is looked
up, saves hundreds of megabytes and a second of loading.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

WEIGHTS = 32
_BYTES = 18


def expand_blocks(blocks: Tensor) -> Tensor:
    """Expand uint8 blocks ``[rows, n_blocks, 18]`` to fp32 weights ``[rows, 32 * n_blocks]``."""
    scale = blocks[..., :2].contiguous().view(torch.float16).float()
    nibbles = torch.cat([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], dim=-1).float()
    return ((nibbles - 8) * scale).flatten(-2)


class BlockEmbedding(nn.Module):
    """A table of frozen embeddings ``[words, width]``; its buffer ``q4`` is what is stored."""

    q4: Tensor

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        if width % WEIGHTS:
            raise ValueError(f"a width of {width} does not divide into blocks of {WEIGHTS}")
        blocks = torch.zeros(words, width // WEIGHTS, _BYTES, dtype=torch.uint8)
        self.register_buffer("q4", blocks)

    def forward(self, ids: Tensor) -> Tensor:
        """Embeddings, fp32 ``[*ids.shape, width]``."""
        words, place = torch.unique(ids, return_inverse=True)
        return expand_blocks(self.q4[words])[place]
