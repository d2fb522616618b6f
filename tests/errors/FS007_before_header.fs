state total: nat = 0  ### FS007 this stands before the header

module late
