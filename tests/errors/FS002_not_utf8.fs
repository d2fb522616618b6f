module latin

# café  ### FS002 byte 0xe9 at offset 19 is not UTF-8
