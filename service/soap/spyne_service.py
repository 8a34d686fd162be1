"""Makes the Spyne service of the contract: its operations, with Spyne's types for their parameters and results."""

from collections.abc import Callable
from typing import Any

from service.soap.answering import answer
from service.soap.calls import Calls
from service.soap.contract import NAMESPACE, OPERATIONS, PORT_NAME, SERVICE_NAME, Answer, Kind, Operation, Request
from service.soap.protocol import WebConnectorSoap11
from service.soap.spyne_import import Application, ComplexModel, Integer32, Service, Unicode, rpc


class ArrayOfString(ComplexModel):
    """Intuit's array type: any number of strings, each of which may be nil."""

    __namespace__ = NAMESPACE
    string = Unicode(min_occurs=0, max_occurs="unbounded", nillable=True)


_TYPES: dict[Kind, Any] = {
    Kind.TEXT: Unicode(min_occurs=0, nillable=False),
    Kind.NUMBER: Integer32(min_occurs=1, nillable=False),
    Kind.TEXTS: ArrayOfString.customize(min_occurs=0, nillable=False),
}


def spyne_application(calls: Calls) -> Any:
    """Return the Spyne application that answers the contract's operations from ``calls``."""
    methods = {operation.name: _method(operation, calls) for operation in OPERATIONS}
    service = type(Service)(
        SERVICE_NAME,
        (Service,),
        {"__service_name__": SERVICE_NAME, "__port_types__": (PORT_NAME,), **methods},
    )
    return Application(
        [service],
        tns=NAMESPACE,
        name=SERVICE_NAME,
        in_protocol=WebConnectorSoap11(),
        out_protocol=WebConnectorSoap11(),
    )


def _method(operation: Operation, calls: Calls) -> Callable[..., Any]:
    def method(request: Request) -> Answer:
        return answer(operation, calls, request)

    method.__name__ = operation.name
    declared = rpc(
        *(_TYPES[kind] for kind in operation.parameters.values()),
        _args=tuple(operation.parameters),
        _returns=_TYPES[operation.result],
        _port_type=PORT_NAME,
        _no_ctx=True,
    )
    tagged: Callable[..., Any] = declared(method)
    return tagged
