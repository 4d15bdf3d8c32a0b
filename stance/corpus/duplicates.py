"""Near-duplicates across documents (wire copy), and what is statistically one document."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from stance.corpus.model import Document

logger = logging.getLogger(__name__)

_SHINGLE = 5
_PERMUTATIONS = 128
_SEED = 1
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_WORD = re.compile(r"\w+")


def shingles(document: Document) -> frozenset[str]:
    """The document's case-folded word 5-shingles; of characters, where words are not spaced."""
    text = " ".join(paragraph.text for paragraph in document.paragraphs).casefold()
    words = _WORD.findall(text)
    tokens = list("".join(words)) if document.language in _UNSPACED else words
    if len(tokens) <= _SHINGLE:
        return frozenset([" ".join(tokens)]) if tokens else frozenset()
    last = len(tokens) - _SHINGLE + 1
    return frozenset(" ".join(tokens[i : i + _SHINGLE]) for i in range(last))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Size of the intersection over size of the union; 0 for two empty sets."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _order(document: Document) -> tuple[str, str]:
    """Earliest first; an undated document never counts as earlier than a dated one."""
    return (document.date or "\uffff", document.id)


def find_near_duplicates(documents: Sequence[Document], threshold: float) -> dict[str, str]:
    """Find the documents that nearly repeat an earlier one.

    MinHash LSH proposes candidates, the exact Jaccard similarity of their shingles decides.

    Args:
        documents: Documents with unique ids.
        threshold: Jaccard similarity in (0, 1]; 0 or less finds nothing.

    Returns:
        Id of each near-duplicate → id of the earliest document, by (date, id), that it repeats.
    """
    if threshold <= 0 or len(documents) < 2:
        return {}
    from datasketch import MinHash, MinHashLSH  # brings scipy: only when asked

    by_id = {document.id: document for document in documents}

    @lru_cache(maxsize=256)
    def of(document_id: str) -> frozenset[str]:
        return shingles(by_id[document_id])

    # A laxer index than the threshold: a missed candidate is lost, a needless one only costs time.
    index = MinHashLSH(threshold=max(0.05, threshold - 0.1), num_perm=_PERMUTATIONS)
    repeats: dict[str, str] = {}
    for document in sorted(documents, key=_order):
        own = of(document.id)
        if not own:
            continue
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update_batch([shingle.encode("utf-8", "replace") for shingle in sorted(own)])
        alike = [i for i in index.query(sketch) if jaccard(own, of(i)) >= threshold]
        if alike:
            repeats[document.id] = min(alike, key=lambda i: _order(by_id[i]))
        index.insert(document.id, sketch)
    return repeats


class _Groups:
    """Union-find over ids, whose root is the member that was named first."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._rank = {i: n for n, i in enumerate(ids)}
        self._parent = {i: i for i in self._rank}

    def root(self, member: str) -> str:
        if member not in self._parent:  # an original that is not in the corpus itself
            self._rank[member] = len(self._rank)
            self._parent[member] = member
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.root(one), self.root(other)), key=self._rank.__getitem__)
        self._parent[second] = first


def mark_groups(documents: Sequence[Document], threshold: float) -> tuple[Document, ...]:
    """Set `duplicate_of` and `group` of every document.

    Translations (``translation_of`` in the metadata, the id of the original) and near-duplicates
    share a group, named after the earliest original among them.

    Args:
        documents: Documents with unique ids.
        threshold: As in `find_near_duplicates`.

    Returns:
        The documents in the order given.
    """
    repeats = find_near_duplicates(documents, threshold)
    originals = {
        d.id: str(d.metadata["translation_of"])
        for d in documents
        if d.metadata.get("translation_of") not in (None, "", d.id)
    }
    absent = sorted(set(originals.values()) - {d.id for d in documents})
    first = [d.id for d in sorted(documents, key=_order) if d.id not in originals]
    groups = _Groups([*first, *absent, *originals])
    for one, other in [*originals.items(), *repeats.items()]:
        groups.join(one, other)
    if repeats:
        logger.info("%d of %d documents nearly repeat another", len(repeats), len(documents))
    return tuple(
        replace(d, duplicate_of=repeats.get(d.id, ""), group=groups.root(d.id)) for d in documents
    )
