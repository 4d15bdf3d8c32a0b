"""`datasets` datasets: saved to disk, or by their name on the hub."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.corpus.config import CorpusConfig
from stance.corpus.model import Refused
from stance.corpus.records import RawDocument, UnreadableError, check_columns, from_row
from stance.errors import CorpusError

logger = logging.getLogger(__name__)

_MARKERS = ("dataset_dict.json", "state.json", "dataset_info.json")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")


def is_saved_dataset(path: Path) -> bool:
    """Whether a folder was written by ``Dataset.save_to_disk`` or ``DatasetDict.save_to_disk``."""
    return path.is_dir() and any((path / marker).is_file() for marker in _MARKERS)


def looks_like_dataset_name(name: str, file_suffixes: tuple[str, ...]) -> bool:
    """Whether a name that is no existing path may be a dataset: "owner/name", or "name".

    A name whose first part is a folder here, or that ends like a readable file, is a mistyped
    path: asking the hub for it would only hide the mistake.
    """
    if _NAME.fullmatch(name) is None or name.lower().endswith(file_suffixes):
        return False
    owner, _, rest = name.partition("/")
    return not (rest and Path(owner).is_dir())


def _choose_split(loaded: Any, config: CorpusConfig, name: str) -> Any:
    """The configured split of a `DatasetDict`; a `Dataset` as it is."""
    from datasets import DatasetDict

    if not isinstance(loaded, DatasetDict):
        return loaded
    if config.split not in loaded:
        raise CorpusError(
            f"Dataset {name} has no split {config.split!r}; it has {', '.join(loaded)}. "
            "Choose one: corpus.split=…"
        )
    return loaded[config.split]


def _load(name: str, config: CorpusConfig, *, saved: bool) -> Any:
    try:
        import datasets
    except ImportError as error:  # pragma: no cover - a core dependency
        raise CorpusError("Reading a dataset needs: pip install datasets") from error
    try:
        if saved:
            return _choose_split(datasets.load_from_disk(name), config, name)
        return datasets.load_dataset(name, split=config.split)
    except CorpusError:
        raise
    except Exception as error:  # the hub client raises errors of many libraries
        logger.debug("dataset %s: %s", name, type(error).__name__, exc_info=True)
        reason = (str(error).splitlines() or [""])[0]
        what = (
            f"The dataset saved in {name} cannot be read"
            if saved
            else f"No file or folder {name!r} in {Path.cwd()}, and the dataset of that name "
            f"cannot be loaded from the hub"
        )
        raise CorpusError(
            f"{what} ({type(error).__name__}: {reason}). Set corpus.path to texts that are there"
        ) from error


def _rows(dataset: Any, name: str) -> Iterator[dict[str, Any]]:
    """The rows; files that break off in the middle are told as such."""
    try:
        yield from dataset
    except Exception as error:  # those of arrow, and of the decoders of features
        reason = (str(error).splitlines() or [""])[0]
        raise CorpusError(
            f"Dataset {name} cannot be read to its end ({type(error).__name__}: {reason}). "
            "Save it again"
        ) from error


def read_dataset(
    name: str, config: CorpusConfig, *, saved: bool
) -> Iterator[RawDocument | Refused]:
    """Read a `datasets` dataset; code of the dataset is never run.

    Args:
        name: A folder written by ``save_to_disk``, or a name on the hub.
        config: Split and column names.
        saved: Which of the two it is.

    Raises:
        CorpusError: It cannot be loaded, or has no text column.
    """
    dataset = _load(name, config, saved=saved)
    check_columns(dataset.column_names, config, f"Dataset {name}")
    stem = Path(name).name
    for number, row in enumerate(_rows(dataset, name), start=1):
        try:
            yield from_row(row, config, path=name, stem=stem, folder="", number=number)
        except UnreadableError as error:
            yield Refused(name, number, error.reason, error.found)
