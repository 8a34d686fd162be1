"""The HTTP API: an order system in any language enqueues, reads and decides, with JSON and a key.

A route is a function in one of the modules `messages`, `decisions`, `companies`; `needs` says which scope a key must
have for it, and whose company it is about stands in its path. Everything that is refused is answered as a problem
(RFC 9457) whose sentence is that of the refusal.
"""
