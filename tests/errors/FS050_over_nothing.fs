scheme over_nothing  ### FS050 over_nothing stands over nothing

state mapcount: nat = 0

answer is_mapped = mapcount > 0
	expect exact
