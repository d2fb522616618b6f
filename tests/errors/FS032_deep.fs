module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define brackets = (((((((((((((((((((((((((((((((((((((((((((((((((((true)))))))))))))))))))))))))))))))))))))))))))))))))))  ### FS032 brackets are nested more than 50 deep

define words = not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not true  ### FS032 this is nested more than 100 deep
