"""Every code of QuickBooks and the Web Connector with what happened and what to do, as data; it decides nothing."""
