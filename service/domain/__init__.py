"""The words of Deskpost and its rules as data. Standard library only; knows no database, no network and no clock."""
