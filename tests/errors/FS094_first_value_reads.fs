module first_value_reads over toy_world

state was_mapped: bool = mapped  ### FS094 an initial value cannot read `mapped`
state file: bool = not anon
