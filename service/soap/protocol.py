"""The SOAP 1.1 protocol that Spyne is given: Spyne dispatches, this reads and writes.

Spyne's own ``Soap11`` raises Python exceptions for a dozen kinds of bad requests, logs bodies with their
passwords, takes quadratic time over attributes, and spends ten times what the flat messages of the Web Connector
need.  Of it remain the dispatch, the events, the faults and the WSDL.
"""

from typing import Any

from service.soap.contract import NAMESPACE, Request
from service.soap.incoming import Call, read_call
from service.soap.outgoing import answer_envelope, fault_envelope
from service.soap.refusals import RequestRefused
from service.soap.spyne_import import Fault, Soap11


class WebConnectorSoap11(Soap11):
    """SOAP 1.1 for the operations of :data:`service.soap.contract.OPERATIONS`, in both directions.

    The context's ``in_string`` is the received body, its ``udc`` the caller's address.
    """

    def create_in_document(self, ctx: Any, charset: Any = None) -> None:  # noqa: ARG002 - Spyne's signature.
        """Read the call in the request."""
        fault = None
        try:
            ctx.in_document = read_call(ctx.in_string)
        except RequestRefused as refusal:
            fault = Fault(refusal.fault_code, str(refusal))
        if fault is not None:
            # Raised here and not there, it does not hold on to the refusal's frames and the body in them.
            raise fault

    def decompose_incoming_envelope(self, ctx: Any, message: Any = None) -> None:  # noqa: ARG002 - Spyne's signature.
        """Tell Spyne which method is called."""
        call: Call = ctx.in_document
        ctx.method_request_string = f"{{{NAMESPACE}}}{call.operation.name}"

    def deserialize(self, ctx: Any, message: Any) -> None:  # noqa: ARG002 - Spyne's signature.
        """Give the method its one argument: the request, with every parameter by its name."""
        call: Call = ctx.in_document
        ctx.in_object = [Request(ctx.udc, call.given)]

    def serialize(self, ctx: Any, message: Any) -> None:  # noqa: ARG002 - Spyne's signature.
        """Write the answer, or the fault."""
        if ctx.out_error is not None:
            ctx.out_document = fault_envelope(ctx.out_error.faultcode, ctx.out_error.faultstring)
        else:
            (answer,) = ctx.out_object
            ctx.out_document = answer_envelope(ctx.in_document.operation, answer)

    def create_out_string(self, ctx: Any, charset: Any = None) -> None:  # noqa: ARG002 - Spyne's signature.
        """Hand the bytes to the transport."""
        ctx.out_string = [ctx.out_document]
