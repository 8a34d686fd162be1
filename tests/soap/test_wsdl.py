"""The WSDL is Intuit's: an importer of .NET or zeep makes the same signatures of it as of Intuit's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast
from wsgiref.types import WSGIApplication

import pytest
from lxml import etree

from service.soap import Calls, application
from tests.soap.conftest import PUBLIC_URL
from tests.soap.recording_calls import RecordingCalls
from tests.soap.web_connector import call

CONTRACT = Path(__file__).with_name("QBWebConnectorSvc.wsdl")
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"

Item = tuple[str | None, ...]


def _items(definitions: etree._Element) -> list[Item]:
    """Return everything that a WSDL says, one fact per item, with the names of namespaces instead of prefixes."""
    return sorted(
        [
            ("target namespace", definitions.get("targetNamespace")),
            *_schema_items(definitions),
            *_message_items(definitions),
            *_port_type_items(definitions),
            *_binding_items(definitions),
            *_service_items(definitions),
        ],
        key=str,
    )


def _resolved(element: etree._Element, attribute: str) -> str | None:
    name = element.get(attribute)
    if name is None:
        return None
    prefix, _, local = name.rpartition(":")
    return f"{{{element.nsmap[prefix or None]}}}{local}"


def _schema_items(definitions: etree._Element) -> Iterator[Item]:
    (schema,) = definitions.iterfind(f"{WSDL}types/{XSD}schema")
    yield ("schema", schema.get("targetNamespace"), schema.get("elementFormDefault"))
    for declared in schema:
        kind, name = str(declared.tag), declared.get("name")
        yield (kind, name, _resolved(declared, "type"), declared.get("nillable"))
        for position, part in enumerate(declared.iter(f"{XSD}element")):
            if part is not declared:
                yield (
                    *(f"{name}/{part.get('name')}", _resolved(part, "type"), str(position)),
                    *(part.get("minOccurs", "1"), part.get("maxOccurs", "1"), part.get("nillable", "false")),
                )
        yield (f"{name} is made of", *(str(part.tag) for part in declared.iter() if part is not declared))


def _message_items(definitions: etree._Element) -> Iterator[Item]:
    for message in definitions.iterfind(f"{WSDL}message"):
        for part in message:
            yield ("message", message.get("name"), part.get("name"), _resolved(part, "element"), part.get("type"))


def _port_type_items(definitions: etree._Element) -> Iterator[Item]:
    for port_type in definitions.iterfind(f"{WSDL}portType"):
        for operation in port_type.iterfind(f"{WSDL}operation"):
            yield (
                *("portType", port_type.get("name"), operation.get("name"), operation.get("parameterOrder")),
                *(f"{part.tag!s} {part.get('name')} {_resolved(part, 'message')}" for part in operation),
            )


def _binding_items(definitions: etree._Element) -> Iterator[Item]:
    for binding in definitions.iterfind(f"{WSDL}binding"):
        (soap,) = binding.iterfind(f"{SOAP}binding")
        # A binding without a style is of style document (WSDL 1.1, section 3.3).
        style, transport = soap.get("style", "document"), soap.get("transport")
        yield ("binding", binding.get("name"), _resolved(binding, "type"), style, transport)
        for operation in binding.iterfind(f"{WSDL}operation"):
            for part in operation.iter():
                attributes = " ".join(f"{name}={value}" for name, value in sorted(part.items()))
                yield ("binding operation", operation.get("name"), str(part.tag), attributes)


def _service_items(definitions: etree._Element) -> Iterator[Item]:
    for service in definitions.iterfind(f"{WSDL}service"):
        for port in service.iterfind(f"{WSDL}port"):
            (address,) = port.iterfind(f"{SOAP}address")
            yield (
                *("service", service.get("name"), port.get("name"), _resolved(port, "binding")),
                address.get("location"),
            )


def test_the_wsdl_differs_in_nothing_from_the_contract(door: WSGIApplication) -> None:
    expected = _items(etree.parse(CONTRACT).getroot())

    served = call(door, REQUEST_METHOD="GET", QUERY_STRING="wsdl")

    assert served.status == "200 OK"
    assert _items(served.root) == expected
    assert len(expected) > 180


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "Wsdl", "wsdl=", "wsdl=1", "wsdl&x=1"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_wsdl_is_served_however_it_is_asked_for(query: str, method: str, door: WSGIApplication) -> None:
    answer = call(door, REQUEST_METHOD=method, QUERY_STRING=query)

    assert answer.status == "200 OK"
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert int(answer.headers["Content-Length"]) > 10_000
    assert len(answer.body) == (int(answer.headers["Content-Length"]) if method == "GET" else 0)


def test_nobody_can_put_another_address_into_the_wsdl(door: WSGIApplication) -> None:
    """Otherwise whoever asks first would send everybody's passwords to a host of his own."""
    poisoned = {"HTTP_HOST": "evil.example", "SERVER_NAME": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example"}

    first = call(door, REQUEST_METHOD="GET", QUERY_STRING="wsdl", SCRIPT_NAME="/evil", **poisoned)
    second = call(door, REQUEST_METHOD="GET", QUERY_STRING="wsdl")

    assert b"evil" not in first.body
    assert first.body == second.body
    assert f'location="{PUBLIC_URL}"'.encode() in first.body


def test_an_address_with_special_characters_is_written_as_xml(calls: RecordingCalls) -> None:
    door = application(cast(Calls, calls), public_url='https://books.example.com/qbwc?shop="a"&b=<c>')

    (address,) = call(door, REQUEST_METHOD="GET", QUERY_STRING="wsdl").root.iter(f"{SOAP}address")

    assert address.get("location") == 'https://books.example.com/qbwc?shop="a"&b=<c>'
