module where_reads over toy_world

const limit: nat where mapped implies limit > 0  ### FS095 a `where` cannot read `mapped`
const bound: nat where bound <= NR
