"""Builds the WSDL: what Spyne writes, given the names and shapes of Intuit's own.

An importer of .NET derives its method signatures from these details: inline message types and parts called
``parameters`` make ``string[] authenticate(string, string)`` out of what would else take request objects.
"""

from typing import Any

from lxml import etree

from service.soap.contract import NAMESPACE

_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_ARRAY = "ArrayOfString"


def wsdl_document(spyne_server: Any, public_url: str) -> bytes:
    """Return the WSDL of a Spyne server, with ``public_url`` as the address of its port.

    Left to itself Spyne takes the address from the Host header of whoever asks first, and keeps it.
    """
    builder = spyne_server.doc.wsdl11
    builder.event_manager.add_listener("wsdl_document_built", lambda built: _as_intuit_writes_it(built.root_elt))
    builder.build_interface_document(public_url)
    document: bytes = builder.get_interface_document()
    return document


def _as_intuit_writes_it(definitions: etree._Element) -> None:
    definitions.attrib.pop("name", None)
    schema = definitions.find(f"{_WSDL}types/{_XSD}schema")
    assert schema is not None
    _inline_message_types(schema)
    _make_strings_not_nillable(schema)
    _name_messages(definitions)
    _name_message_references(definitions)
    _write_full_soap_actions(definitions)
    etree.cleanup_namespaces(definitions, keep_ns_prefixes=["tns", "xs"])


def _inline_message_types(schema: etree._Element) -> None:
    types = {each.get("name"): each for each in schema.iterfind(f"{_XSD}complexType")}
    for element in schema.findall(f"{_XSD}element"):
        name = element.get("name")
        if name == _ARRAY:
            schema.remove(element)
            continue
        message_type = types[name]
        schema.remove(message_type)
        del message_type.attrib["name"]
        del element.attrib["type"]
        element.append(message_type)


def _make_strings_not_nillable(schema: etree._Element) -> None:
    """Only the strings of the array may be nil."""
    for element in schema.iterfind(f"{_XSD}element//{_XSD}element"):
        element.attrib.pop("nillable", None)


def _name_messages(definitions: etree._Element) -> None:
    for message in definitions.iterfind(f"{_WSDL}message"):
        message.set("name", _message_name(message.get("name", "")))
        message[0].set("name", "parameters")


def _message_name(element_name: str) -> str:
    operation = element_name.removesuffix("Response")
    return f"{element_name}SoapIn" if operation == element_name else f"{operation}SoapOut"


def _name_message_references(definitions: etree._Element) -> None:
    for operation in definitions.iterfind(f"{_WSDL}portType/{_WSDL}operation"):
        operation.attrib.pop("parameterOrder", None)
        for direction in operation:
            direction.attrib.pop("name", None)
            prefix, _, name = direction.get("message", "").partition(":")
            direction.set("message", f"{prefix}:{_message_name(name)}")


def _write_full_soap_actions(definitions: etree._Element) -> None:
    for operation in definitions.iterfind(f"{_WSDL}binding/{_WSDL}operation"):
        for part in operation:
            part.attrib.pop("name", None)
        soap_operation = operation.find(f"{_SOAP}operation")
        assert soap_operation is not None
        soap_operation.set("soapAction", NAMESPACE + operation.get("name", ""))
