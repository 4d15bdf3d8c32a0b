"""Errors that a user can mend. The command shows their message in one line and exits with 2."""

from __future__ import annotations


class StanceError(Exception):
    """Base of every error caused by input, configuration or environment, not by a bug.

    The message names the file, row or key, what was expected and how to mend it.
    """


class CorpusError(StanceError):
    """The corpus cannot be read at all (missing path, no readable text, missing column)."""


class ConfigError(StanceError):
    """A configuration value, key or group is wrong."""


class ModelError(StanceError):
    """A model cannot be loaded or does not fit the task asked of it."""


class DeviceError(ModelError):
    """The device asked for is not there."""


class OutputError(StanceError):
    """Results cannot be written."""
