"""Import and export of every kind of record: files in, files out, one ledger of what became of each row."""
