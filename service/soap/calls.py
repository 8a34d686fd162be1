"""What the Web Connector asks of a server: one typed method per operation, in plain Python values.

The SOAP door calls an object of this shape and knows nothing of what is behind it; the object knows nothing of
SOAP.  A parameter that the client left out, sent empty or sent as nil arrives as ``''``.
"""

from typing import Protocol


class Calls(Protocol):
    """The Web Connector's operations.

    The methods are called from several threads at once.  None of them is expected to raise: an exception is
    logged and answered with the safe answer of :data:`service.soap.contract.OPERATIONS`.
    The meaning of every return value is that of Intuit's Web Connector Programmer's Guide, chapters 2 and 10.
    """

    def server_version(self) -> str:
        """Return the name and version that the Web Connector shows under *More Information*."""
        ...

    def client_version(self, version: str, address: str) -> str:
        """Judge the Web Connector's version, ``34.0.10014.101``, which comes before it says who it is.

        Returns ``''`` to go on, ``W:text`` to warn, ``E:text`` to stop the update.
        """
        ...

    def authenticate(self, user_name: str, password: str, address: str) -> list[str]:
        """Begin a session; ``address`` is the caller's IP address, or ``''`` if the server does not know it.

        Returns two to four strings: the ticket; ``''`` or a company file's path when there is work, else
        ``none``, ``nvu`` or ``busy``; optionally the seconds to postpone this update by, and the lower bound in
        seconds of the interval between updates (``''`` where there is none).
        """
        ...

    def send_request_xml(
        self, ticket: str, host_response: str, company_file_name: str, country: str, major: int, minor: int
    ) -> str:
        """Hand out the next message set.

        ``host_response`` (strHCPResponse) is filled in the first call of a session only. ``major`` and
        ``minor`` are the newest qbXML version that QuickBooks speaks, 0 where the client did not say.
        Returns qbXML, or ``''``, after which the Web Connector asks for the last error.
        """
        ...

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        """Take QuickBooks' answer, or the error (``hresult``, ``message``) that it raised instead.

        Returns the percentage that is done, 0 to 99; 100 when there is no more; or a negative number, after which
        the Web Connector asks for the last error.
        """
        ...

    def connection_error(self, ticket: str, hresult: str, message: str) -> str:
        """Take note that QuickBooks could not be reached.

        Returns ``done`` to stop, ``''`` to try the company file now open, or the path of one to try.
        """
        ...

    def get_last_error(self, ticket: str) -> str:
        """Return the sentence that people see; ``NoOp`` to wait five seconds and ask for a request again."""
        ...

    def close_connection(self, ticket: str) -> str:
        """End the session, known or not, once or again; return the one sentence that people see."""
        ...

    def get_interactive_url(self, ticket: str, session_id: str) -> str:
        """Return the address of a page for the user, or ``''``."""
        ...

    def interactive_done(self, ticket: str) -> str:
        """Return ``DONE``, ``CONTINUE``, or ``''`` to be asked again in a minute."""
        ...

    def interactive_rejected(self, ticket: str, reason: str) -> str:
        """Take note that the user refused; return the sentence that people see."""
        ...
