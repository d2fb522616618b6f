module index over toy_world

state by_number: [nat] bool = false  ### FS072 `nat` cannot be an index
state by_flag: [bool] bool = false  ### FS072 `bool` cannot be an index
needs refs: [Mm] nat = 0  ### FS072 a need has no index
