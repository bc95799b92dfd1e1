a = "abc
b = 2 3
c = 
