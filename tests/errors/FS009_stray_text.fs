# A file that lost its first line.
	over folio  ### FS009 this text belongs to no block

module stray
