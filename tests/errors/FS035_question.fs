module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

question any_live  ### FS035 question `any_live` does not say what is true
	unsafe truth and not answer      "a live VMA is overlooked"

question all_live
	truth all v in Vma: live[v]
	truth true  ### FS035 a question has one `truth`
