module world_needs over toy_refs

define refs = mapping_refs + (if held then 1 else 0)

invariant counted  ### FS101 an invariant of a module cannot depend on `mapping_refs`
	refs >= 0

op freeze  ### FS101 an operation cannot depend on `mapping_refs`
	requires refs == 0
	changes nothing

claim fewer_refs_than_pages
	refs <= NR
