module other_name over misnamed  ### FS051 holds something_else, not misnamed
