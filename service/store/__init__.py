"""The only SQL of the house: tables, engine, unit of work, and one module per family of tables. Decides nothing."""
