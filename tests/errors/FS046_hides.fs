module hides over toy_world

state young: [Vma] bool = false

define any_young(anon: Vma) = young[anon]  ### FS046 `anon` means something else here already

invariant nothing_young
	all v in Vma: some v in Vma: not young[v]  ### FS046 `v` means something else here already
