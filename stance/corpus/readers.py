"""Where texts come from: a file, a folder of mixed files, or a dataset."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath, PurePosixPath

from stance.corpus.clean import single_line
from stance.corpus.config import CorpusConfig
from stance.corpus.hub import is_saved_dataset, looks_like_dataset_name, read_dataset
from stance.corpus.model import Refused
from stance.corpus.pages import read_page
from stance.corpus.records import MissingColumnError, RawDocument, UnreadableError
from stance.corpus.remote import RemoteFiles, is_remote
from stance.corpus.tables import TABLE_SUFFIXES, read_table
from stance.errors import CorpusError

logger = logging.getLogger(__name__)

PAGE_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm")
SUFFIXES = (*PAGE_SUFFIXES, *TABLE_SUFFIXES)


def _read_file(
    path: Path, config: CorpusConfig, *, name: str, folder: str
) -> Iterator[RawDocument | Refused]:
    """Read one file; what is wrong with it as a whole becomes one refusal.

    Raises:
        MissingColumnError: It is a table without the text column.
    """
    try:
        if path.suffix.lower() in TABLE_SUFFIXES:
            yield from read_table(path, config, name=name, folder=folder)
        else:
            yield read_page(path, config, name=name, folder=folder)
    except UnreadableError as error:
        yield Refused(name, None, error.reason, error.found)
    except CorpusError:
        raise
    except Exception as error:  # one file must never stop a corpus
        logger.debug("%s: %s", name, type(error).__name__, exc_info=True)
        yield Refused(name, None, f"cannot be read, {type(error).__name__}", str(error))


def _leaves(path: Path, resolved_root: Path) -> bool:
    """Whether a file of a folder is a link to somewhere outside of it.

    A corpus that somebody passes on could else bring any file of the reader into a report.
    """
    return not path.resolve().is_relative_to(resolved_root)


def _readable(names: Iterable[PurePosixPath], where: str) -> list[PurePosixPath]:
    """Of the files in a folder those to read, in the order of reading; hidden ones are left out.

    Raises:
        CorpusError: There is none.
    """
    found = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    readable = sorted(name for name in found if name.suffix.lower() in SUFFIXES)
    others = Counter(
        name.suffix.lower() or "(none)" for name in found if name.suffix.lower() not in SUFFIXES
    )
    if not readable:
        held = f"only {', '.join(sorted(others))}" if others else "nothing"
        raise CorpusError(
            f"Folder {where} holds {held}. Looked, in it and its subfolders, for "
            f"{' '.join(SUFFIXES)}. Point corpus.path to a folder or file of texts"
        )
    for suffix, n in sorted(others.items()):
        logger.info("%s: skipped %d file(s) with extension %s", where, n, suffix)
    return readable


def _read_files(
    files: Iterable[tuple[PurePosixPath, Path]], config: CorpusConfig
) -> Iterator[RawDocument | Refused]:
    """Read files of one folder: their names relative to it, and where they lie."""
    for relative, path in files:
        name, folder = single_line(str(relative)), single_line(relative.parent.name)
        try:
            yield from _read_file(path, config, name=name, folder=folder)
        except MissingColumnError as error:
            yield Refused(name, None, error.reason, error.found)


def _listed(root: Path) -> tuple[list[PurePosixPath], list[Refused]]:
    """The files of a folder and its subfolders, and the subfolders that are not gone into."""
    files: list[PurePosixPath] = []
    refused: list[Refused] = []

    def refuse(path: str | Path, reason: str) -> None:
        name = PurePosixPath(Path(path).relative_to(root).as_posix())
        if not any(part.startswith(".") for part in name.parts):
            refused.append(Refused(str(name), None, reason))

    def unreadable(error: OSError) -> None:
        refuse(error.filename, f"cannot be opened: {error.strerror}")

    for folder, subfolders, names in os.walk(root, onerror=unreadable):
        place = Path(folder)
        for name in subfolders:
            if (place / name).is_symlink():
                refuse(place / name, "is a link to a folder, which is not followed; copy it there")
        for name in names:
            if os.path.isfile(place / name):  # unlike Path.is_file, False where it may not look
                files.append(PurePosixPath((place / name).relative_to(root).as_posix()))
    return files, refused


def _read_folder(root: Path, config: CorpusConfig) -> Iterator[RawDocument | Refused]:
    found, refused = _listed(root)
    yield from refused
    resolved, inside = root.resolve(), []
    for name in _readable(found, str(root)):
        if _leaves(root / name, resolved):
            yield Refused(
                str(name),
                None,
                "is a link to a file outside of the folder; copy it there, or point corpus.path to "
                "where it lies",
            )
        else:
            inside.append((name, root / name))
    yield from _read_files(inside, config)


def _read_remote(address: str, config: CorpusConfig) -> Iterator[RawDocument | Refused]:
    remote = RemoteFiles(address)
    if remote.is_file:
        _check_suffix(PurePosixPath(address), address)
        for _, path in remote.fetched([PurePosixPath(PurePosixPath(address).name)]):
            yield from _read_file(path, config, name=address, folder="")
    else:
        names = _readable(remote.names(), address)
        yield from _read_files(remote.fetched(names), config)


def _check_suffix(name: PurePath, where: str) -> None:
    if name.suffix.lower() not in SUFFIXES:
        raise CorpusError(
            f"File {where} has the extension {name.suffix or '(none)'}; readable are "
            f"{' '.join(SUFFIXES)}. Convert or rename it"
        )


def check_path(path: str) -> None:
    """Make sure that there is something to read at a path, without reading it.

    Raises:
        CorpusError: There is nothing, or nothing that is readable. What only an answer over the
            network could tell is not asked.
    """
    if is_remote(path):
        return
    where = Path(path).expanduser()
    if where.is_dir():
        if not is_saved_dataset(where):
            _readable(_listed(where)[0], str(where))
    elif where.exists():
        if not where.is_file():
            raise CorpusError(f"{where} is a device or pipe, not a file; save what it gives first")
        _check_suffix(where, str(where))
    elif not looks_like_dataset_name(path, SUFFIXES):
        raise CorpusError(
            f"Nothing at {path} (looked in {Path.cwd()}). Set corpus.path to an existing file or "
            f"folder ({' '.join(SUFFIXES)}), or to the name of a dataset on the hub"
        )


def read_records(path: str, config: CorpusConfig) -> Iterator[RawDocument | Refused]:
    """Read everything at a path, one raw document at a time, in a fixed order.

    Args:
        path: A file; a folder, read recursively and sorted, hidden files and unknown extensions
            left out, links that lead out of it refused; a folder written by ``save_to_disk``; or
            the name of a dataset on the hub.
        config: Column names, split and limits.

    Yields:
        Raw documents, and a `Refused` for each file or row that cannot be read.

    Raises:
        CorpusError: There is nothing at the path, the folder holds no readable file, or a table
            that is read alone has no text column.
    """
    check_path(path)
    where = Path(path).expanduser()
    if is_remote(path):
        yield from _read_remote(path, config)
    elif is_saved_dataset(where):
        yield from read_dataset(str(where), config, saved=True)
    elif where.is_dir():
        yield from _read_folder(where, config)
    elif where.exists():
        yield from _read_file(where, config, name=single_line(str(path)), folder="")
    else:
        yield from read_dataset(path, config, saved=False)
