"""The host PC's side: the .qwc file, a stand-in Web Connector and a simulated company file. Never imports service."""
