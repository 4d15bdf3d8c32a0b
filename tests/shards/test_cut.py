"""A shard holds what was read, all of it, and its digest says whether it is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stance.corpus.model import Refused
from stance.corpus.read import Record
from stance.corpus.records import RawDocument
from stance.shards.shard import Shard, cut

anything = st.text(st.characters(codec=None), max_size=20)
scalars = st.none() | anything | st.integers() | st.booleans() | st.floats(allow_nan=False)
documents = st.builds(
    RawDocument,
    path=anything,
    stem=anything,
    folder=anything,
    row=st.none() | st.integers(1),
    text=anything,
    fields=st.dictionaries(st.sampled_from(["title", "source", "date"]), anything),
    metadata=st.dictionaries(anything, scalars),
)
records = st.tuples(documents, anything) | st.builds(
    Refused, path=anything, row=st.none() | st.integers(1), reason=anything
)


@given(st.lists(records, max_size=12), st.integers(1, 5))
def test_shards_hold_every_record_once_and_in_order(made: list[Record], size: int) -> None:
    shards = list(cut(made, size))
    assert [shard.number for shard in shards] == list(range(len(shards)))
    read = [shard.records() for shard in shards]
    assert [record for part in read for record in part] == made
    assert all(1 <= len(part) <= size for part in read)


def rows(path: str, n: int, text: str = "text") -> list[Record]:
    return [
        (RawDocument(path, path, "", row, text, {}), f"{path}:{row}") for row in range(1, n + 1)
    ]


def pages(*paths: str) -> list[Record]:
    return [(RawDocument(path, path, "", None, "text", {}), path) for path in paths]


def sizes(made: list[Record], size: int) -> list[int]:
    return [len(shard.records()) for shard in cut(made, size)]


def test_a_table_shares_no_shard_with_another_file_and_pages_share_theirs() -> None:
    assert sizes(rows("a", 5) + rows("b", 2), 3) == [3, 2, 2]
    assert sizes(pages("p", "q", "r", "s"), 3) == [3, 1]
    assert sizes(pages("p", "q") + rows("a", 2) + pages("r"), 3) == [2, 2, 1]


def test_a_change_to_a_table_changes_its_shards_from_there_on_and_no_others() -> None:
    def digests(made: list[Record]) -> list[str]:
        return [shard.digest for shard in cut(made, 2)]

    before = digests(rows("a", 3) + rows("b", 4))
    longer = digests(rows("a", 4) + rows("b", 4))
    assert [old == new for old, new in zip(before, longer, strict=True)] == [
        *(True, False),
        *(True, True),
    ]


def test_the_digest_is_of_the_content_wherever_it_stands() -> None:
    (first,) = cut(rows("a", 2), 2)
    assert Shard(7, first.content).digest == first.digest
    (other,) = cut(rows("a", 2, "another text"), 2)
    assert other.digest != first.digest
