module missing_file over toy_word  ### FS047 there is no `toy_word.fs`

invariant nothing_is_said_about_unknown_names
	all v in Vma: maps(v) implies mapped

invariant but_this_is_wrong
	1 + true == 2  ### FS060 a number is needed here
