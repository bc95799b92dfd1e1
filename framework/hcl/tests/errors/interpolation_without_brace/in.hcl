a = "${foo"
b = 
