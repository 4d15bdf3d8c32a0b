"""Public benchmarks: what a model is worth on labelled sets, in figures that can be checked."""
