"""Files that are written from the code: the flow, the API, the table of roles. A stale one fails CI."""
