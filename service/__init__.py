"""The service that QuickBooks' Web Connector calls, and everything behind it."""
