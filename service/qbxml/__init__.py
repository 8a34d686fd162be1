"""qbXML as text: its schema, requests built and checked, answers read. Knows no database, no clock and no network."""
