# one
   // two
a = 1   # three
      # four
b {    # five
c = 2 // six
   /* seven
 eight */
 d = 3 /* nine */
} # ten
  # eleven