a = "${foo("a)}"
b = "x"
c = 
