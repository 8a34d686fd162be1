"""The door for QuickBooks' Web Connector: SOAP 1.1 with Spyne, which nothing outside this package knows of."""

from service.soap.calls import Calls
from service.soap.door import MAX_REQUEST_BYTES, application

__all__ = ["MAX_REQUEST_BYTES", "Calls", "application"]
