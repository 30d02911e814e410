"""`viva verify`: the verification engine for a person at a terminal."""
