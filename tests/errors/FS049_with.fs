module stands_with over toy_world with toy_scheme  ### FS049 a module runs with no scheme
