"""Which figures and conclusions hold however the same question is put to the same texts."""
