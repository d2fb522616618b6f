module one

module two  ### FS007 this is the second header of the file
