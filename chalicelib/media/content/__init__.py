"""Looks at pictures and sound: sparse samples as the bytes go by, closer looks where suspicion arose."""
