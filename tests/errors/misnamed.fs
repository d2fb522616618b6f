module something_else

state x: bool = false
