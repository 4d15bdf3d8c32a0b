"""Files at an address of fsspec (``s3://…``, ``gs://…``, ``hdfs://…``), fetched one at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from stance.errors import CorpusError


def is_remote(path: str) -> bool:
    """Whether a path is an address rather than a place on this machine."""
    return "://" in path


class RemoteFiles:
    """A file at an address, or the files of a folder there.

    Raises:
        CorpusError: There is nothing at the address, it cannot be reached, or its file system
            needs a package that is not installed.
    """

    def __init__(self, address: str) -> None:
        import fsspec

        self._address = address
        with self._reaching():
            self._system, self._root = fsspec.url_to_fs(address)
            self.is_file: bool = self._system.isfile(self._root)
            if not self.is_file and not self._system.exists(self._root):
                raise FileNotFoundError("there is nothing")

    def names(self) -> list[PurePosixPath]:
        """The files of the folder and its subfolders, relative to it."""
        with self._reaching():
            found = self._system.find(self._root)
        root = PurePosixPath(self._root)
        return [PurePosixPath(name).relative_to(root) for name in found]

    def fetched(self, names: Sequence[PurePosixPath]) -> Iterator[tuple[PurePosixPath, Path]]:
        """Each file under its own name on this machine, there until the next is asked for."""
        for name in names:
            with tempfile.TemporaryDirectory(prefix="stance-") as folder:
                local = Path(folder) / name.name
                with self._reaching():
                    where = self._root if self.is_file else f"{self._root}/{name}"
                    self._system.get_file(where, str(local))
                yield name, local

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # the clients of storages raise errors of many libraries
            reason = (str(error).splitlines() or [""])[0]
            raise CorpusError(
                f"corpus.path={self._address} cannot be read ({type(error).__name__}: {reason}); "
                "check the address and the credentials of its storage"
            ) from error
