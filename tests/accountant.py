"""A person at QuickBooks: changes the company file while nobody else is at work, in qbXML of this file's own."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tests.shop import Shop


class Accountant:
    """Works in the shop's company file by hand; every change must succeed."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def does(self, *requests: str) -> None:
        """Change the company file, a minute after whatever was before."""
        self._shop.clock.go_on(minutes=1)
        body = "".join(requests)
        connection = self._shop.file.connect()
        connection.open_connection("A person")
        connection.begin_session("")
        answer = connection.process_request(
            f'<?xml version="1.0"?><?qbxml version="16.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{body}'
            "</QBXMLMsgsRq></QBXML>"
        )
        connection.end_session()
        connection.close_connection()
        codes = [one.get("statusCode") for one in etree.fromstring(answer.encode())[0]]
        assert codes == ["0"] * len(requests), answer

    def adds(self, kind: str, *contents: str) -> None:
        self.does(*(f"<{kind}AddRq><{kind}Add>{content}</{kind}Add></{kind}AddRq>" for content in contents))

    def changes(self, kind: str, name: str, content: str) -> None:
        one = self.sees(kind, name)
        key = "ListID" if "ListID" in one else "TxnID"
        head = f"<{key}>{one[key]}</{key}><EditSequence>{one['EditSequence']}</EditSequence>"
        self.does(f"<{kind}ModRq><{kind}Mod>{head}{content}</{kind}Mod></{kind}ModRq>")

    def deletes(self, kind: str, name: str) -> None:
        list_id = self.sees(kind, name)["ListID"]
        self.does(f"<ListDelRq><ListDelType>{kind}</ListDelType><ListID>{list_id}</ListID></ListDelRq>")

    def merges(self, kind: str, name: str, into: str) -> None:
        self._shop.file.set("file_mode", "SingleUser")
        ends = [
            f"<Merge{end}><ListID>{one['ListID']}</ListID><EditSequence>{one['EditSequence']}</EditSequence></Merge{end}>"
            for end, one in (("From", self.sees(kind, name)), ("To", self.sees(kind, into)))
        ]
        self.does(f"<ListMergeRq><ListMergeType>{kind}</ListMergeType>{''.join(ends)}</ListMergeRq>")
        self._shop.file.set("file_mode", "MultiUser")

    def sees(self, kind: str, name: str) -> dict[str, Any]:
        (one,) = self._shop.file.find(kind, name)
        return one
