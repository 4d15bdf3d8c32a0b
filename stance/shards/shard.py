"""A shard: consecutive documents of a corpus as they were read, before anything is made of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from stance.config import StanceConfig
from stance.corpus.model import Refused
from stance.corpus.read import Record, read_identified
from stance.corpus.records import RawDocument
from stance.errors import ConfigError
from stance.run import corpus_config


@dataclass(frozen=True)
class Shard:
    """A part of a corpus.

    Attributes:
        number: Its place in reading order, from 0.
        content: A line of JSON per record. It holds all that the corpus adds to the result, ids
            included, so that its digest says whether a shard has been scored before.
    """

    number: int
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def records(self) -> list[Record]:
        """The records as they were read."""
        return [_decoded(line) for line in self.content.decode("ascii").split("\n")]


def shards_of(config: StanceConfig) -> Iterator[Shard]:
    """The shards of the configured corpus, in reading order, as they are read.

    Raises:
        CorpusError: If the corpus cannot be read at all.
    """
    size = config.engine.shard_documents
    if size is None:  # engine.in_shards has checked it
        raise ConfigError("engine.shard_documents: not set")
    return cut(read_identified(corpus_config(config)), size)


def cut(records: Iterable[Record], size: int) -> Iterator[Shard]:
    """Shards of up to ``size`` records; a table shares none with another file.

    So a change to one table leaves the shards of all others as they were.
    """
    number, lines = 0, list[str]()
    before: RawDocument | Refused | None = None
    for record in records:
        place = record if isinstance(record, Refused) else record[0]
        other_table = (
            before is not None
            and place.path != before.path
            and not (place.row is None and before.row is None)
        )
        if lines and (len(lines) == size or other_table):
            yield Shard(number, "\n".join(lines).encode("ascii"))
            number, lines = number + 1, []
        lines.append(_encoded(record))
        before = place
    if lines:
        yield Shard(number, "\n".join(lines).encode("ascii"))


def _encoded(record: Record) -> str:
    """One line; ASCII, so that half a surrogate pair survives the way."""
    if isinstance(record, Refused):
        return json.dumps({"refused": asdict(record)})
    raw, identifier = record
    fields = {"fields": dict(raw.fields), "metadata": dict(raw.metadata)}
    plain = {name: getattr(raw, name) for name in ("path", "stem", "folder", "row", "text")}
    return json.dumps({"id": identifier, "raw": plain | fields})


def _decoded(line: str) -> Record:
    held = json.loads(line)
    if "refused" in held:
        return Refused(**held["refused"])
    return RawDocument(**held["raw"]), held["id"]
