"""The fault corpus: clean recordings of every kind, and every fault made from them."""
