module optional_number over toy_world

state last_count: nat? = none  ### FS073 `nat?`: only an element can be absent
