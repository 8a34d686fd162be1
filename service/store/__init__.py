"""The only SQL of the house: tables, engine, unit of work, and one module per family of tables. Decides nothing.

To build a statement costs SQLAlchemy four times what it costs to execute one that was built before. So what the Web
Connector's calls need is built once, as a constant above the function that executes it, with its values left open.
"""
