module not_a_module over toy_scheme  ### FS049 `toy_scheme` is a scheme; `over` needs a module
