state total: nat = 0  ### FS006 the file has no header
