"""The work: enqueue, connect, dispatch, settle, recover, decide. Works inside a caller's transaction, never commits."""
