"""A file per metric, as ``evaluate.load`` wants it."""
