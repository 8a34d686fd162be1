"""The texts of the catalogue, edited by writers; there is no code here.

How to edit: every file says at its top what it holds. An entry needs all the fields of its neighbors;
`what_happened` is one sentence that names the missing or wrong thing, `what_to_do` up to three sentences
that say what to click. `[[entry.when]]` overrides fields for some requests or some of QuickBooks' own words; the
first that fits counts, and after those the `reasons` in the order in which the entry lists them.
`deskpost explain CODE` shows the result; a slip of the pen is refused with file, entry and field.
"""
