module circle over circle_above  ### FS048 a circle
