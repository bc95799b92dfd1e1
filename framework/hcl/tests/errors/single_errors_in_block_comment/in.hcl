a = 1 /* never
b = 
